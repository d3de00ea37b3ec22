"""``python -m halokop_sheets`` is the same as ``halokop``."""

from halokop_sheets.cli import main

if __name__ == "__main__":
    main()

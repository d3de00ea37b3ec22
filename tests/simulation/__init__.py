"""Years of an office's life in minutes: real code, people who do what people do, everything going wrong, one seed.

The program under test is ``tick.tick`` with a real App; only clock, workbook, disk, mail server, people, rivals
and crashes are simulated, and all chance comes from the seed. ``python -m tests.simulation --seed N --days D`` replays
what a failing test names. The oracle (``contract``, ``expected``, ``cells``, ``post``) is written from the design with
the standard library alone and shares no code with the core, so that a mistake there cannot hide itself.
"""

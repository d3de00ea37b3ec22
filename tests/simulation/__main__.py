"""``python -m tests.simulation --seed N --days D``: lives one seed again and tells what was lived through."""

import argparse
import logging
import sys
import time

from tests.simulation.mutants import MUTANTS, table
from tests.simulation.run import replay
from tests.simulation.violation import PromiseBrokenError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--google", action="store_true", help="on the stand-in for Google")
    parser.add_argument("--hoards", action="store_true", help="in an office that never deletes what is over")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, from --seed on")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="with this deliberate bug in the program")
    parser.add_argument("--mutants", action="store_true", help="live with every deliberate bug, print the table")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # faults are the rule here
    if options.mutants:
        text, alive = table()
        print(text)
        return 1 if alive else 0
    if options.mutant:
        MUTANTS[options.mutant]()
    failed = 0
    for seed in range(options.seed, options.seed + options.seeds):
        begun = time.process_time()
        try:
            print(
                f"seed {seed}: {replay(seed, options.days, google=options.google, hoards=options.hoards)}",
                f"{time.process_time() - begun:.1f} s of CPU",
            )
        except PromiseBrokenError as violation:
            failed += 1
            print(violation)
            if options.mutant:
                break
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

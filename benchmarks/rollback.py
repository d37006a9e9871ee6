"""How long going back takes on the local target: asked for → the public address answers with the older bundle.

python -m benchmarks.rollback [--rounds 5]
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.deploy_load import required, seconds_of
from benchmarks.deploying.house import a_house

#: Seconds that it may take (issue of deploys).
GOAL = 15.0


def main() -> None:
    """Measures and prints; exits with 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_house(Path(folder)) as house:
        deploys = [required(house.deployed(f"version {number}")) for number in range(2)]
        kept = []
        for _ in range(wanted.rounds):
            house.settle()
            kept.append(seconds_of(required(house.rolled_back())))
        house.settle()
        # The worst case: its files are gone, and it is built again from its commit.
        house.forget_bundles()
        rebuilt = seconds_of(required(house.rolled_back(deploys[0])))
        behind = [house.rolled_back_at_once() for _ in range(wanted.rounds)]
    print(f"bundle kept: median {statistics.median(kept):.2f} s, longest {max(kept):.2f} s of {wanted.rounds}")
    print(f"asked while the deploy before still drains: longest {max(behind):.2f} s of {wanted.rounds}")
    print(f"bundle gone, built again from its commit: {rebuilt:.2f} s")
    reached = max(*kept, *behind, rebuilt) < GOAL
    print(f"goal {GOAL:g} s: {'reached' if reached else 'missed'}")
    if not reached:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

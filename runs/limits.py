"""Limits of a request: what is larger is a slip of the pen, and would fill the memory before it failed."""

from runs.problems import BatchError
from runs.requests import whole

MOST_RUNS = 10_000_000
"""Runs of each scenario and point."""
MOST_POINTS = 100_000
"""Points of a design."""
LARGEST_SEED = 2**63 - 1


def check_sizes(runs: int, seed: int) -> None:
    """BatchError when there would be no run or too many, or the seed is too large, or one is no whole number."""
    if not 1 <= whole("runs", runs) <= MOST_RUNS:
        msg = f"runs {runs}: out of range; allowed: 1 to {MOST_RUNS} of each scenario and point"
        raise BatchError(msg)
    if not 0 <= whole("seed", seed) <= LARGEST_SEED:
        msg = f"seed {seed}: out of range; allowed: 0 to {LARGEST_SEED}"
        raise BatchError(msg)

"""Limits of a request: what is larger is a slip of the pen, and would fill the memory before it failed."""

from runs.problems import BatchError, Faults
from runs.requests import whole

MOST_RUNS = 10_000_000
"""Runs of each scenario and point."""
MOST_POINTS = 100_000
"""Points of a design."""
LARGEST_SEED = 2**63 - 1


def check_sizes(runs: int, seed: int) -> None:
    """BatchError when there would be no run or too many, or the seed is too large, or one is no whole number."""
    faults = Faults()
    with faults:
        _within("runs", runs, 1, MOST_RUNS, " of each scenario and point")
    with faults:
        _within("seed", seed, 0, LARGEST_SEED)
    faults.settle()


def _within(what: str, value: int, low: int, high: int, unit: str = "") -> None:
    """BatchError when a value is no whole number of a range."""
    if not low <= whole(what, value) <= high:
        msg = f"{what} {value}: out of range; allowed: {low} to {high}{unit}"
        raise BatchError(msg)

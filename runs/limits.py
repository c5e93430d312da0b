"""Limits of a request: what is larger is a slip of the pen, and would fill the memory before it failed."""

MOST_RUNS = 10_000_000
"""Runs of each scenario and point."""
MOST_POINTS = 100_000
"""Points of a design."""
LARGEST_SEED = 2**63 - 1

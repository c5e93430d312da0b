"""States: the words of project stages, pairs of states and memberships, and their numbers."""

PROJECT_STAGES = ("proposed", "committed", "building", "operating", "cancelled")
DYAD_STATES = ("open", "closed", "tense", "hot")

STATE_VALUES: dict[str, dict[str, float]] = {
    "project": {word: float(i) for i, word in enumerate(PROJECT_STAGES)},
    "dyad": {word: float(i) for i, word in enumerate(DYAD_STATES)},
    "membership": {"none": 0.0, "observer": 0.5, "member": 1.0},
}
"""Number of each state, by the key of the event's target."""

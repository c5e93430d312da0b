"""States: the words of project stages, pairs of states, memberships and postures, and their numbers."""

PROJECT_STAGES = ("proposed", "committed", "building", "operating", "cancelled")
DYAD_STATES = ("open", "closed", "tense", "hot")
POSTURES = (
    *("none", "free", "at_war", "absent", "piecemeal", "engaged"),
    *("centrist", "islamist", "nationalist", "low_demand", "high_demand"),
)
"""Postures of poles; the first is that of a pole of which the tables give none. Which pole may take which, they say."""
FIELDS = ("security", "economic", "political")
"""What institutions are about."""
STEPS = ("up", "down")
"""Steps of a membership, in the order of model.memberships.UP and DOWN."""

STATE_VALUES: dict[str, dict[str, float]] = {
    "project": {word: float(i) for i, word in enumerate(PROJECT_STAGES)},
    "dyad": {word: float(i) for i, word in enumerate(DYAD_STATES)},
    "membership": {"none": 0.0, "observer": 0.5, "member": 1.0},
    "leader": {"new": 1.0},
    "posture": {word: float(i) for i, word in enumerate(POSTURES)},
}
"""Number of each state, by the key of the event's target."""

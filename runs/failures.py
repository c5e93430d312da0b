"""When a batch gives up: the same failure again and again is not worth the time.

A batch stops early once one process of the model has failed in at least
`FEWEST` runs of a scenario and these are more than half of the scenario's
computed runs. Fewer failures are rows of the run table, and the rest goes on.
"""

from collections import Counter

from runs.problems import Interrupted
from runs.store import Receipt

FEWEST = 20
SHARE = 0.5


class Tally:
    """Runs computed and failed so far, by scenario."""

    def __init__(self) -> None:
        self._computed: Counter[str] = Counter()
        self._failed: Counter[tuple[str, str]] = Counter()

    def add(self, receipt: Receipt) -> None:
        """Count a block; Interrupted when a failure has come too often with it."""
        self._computed[receipt.scenario] += len(receipt.runs)
        stages = [receipt.stages.get(run, "") for run in receipt.failed]
        self._failed.update((receipt.scenario, stage) for stage in stages)
        for stage in dict.fromkeys(stages):
            self._judge(receipt, stage)

    def _judge(self, receipt: Receipt, stage: str) -> None:
        failed, computed = self._failed[receipt.scenario, stage], self._computed[receipt.scenario]
        if failed >= FEWEST and failed > SHARE * computed:
            place = f" in {stage}" if stage else ""
            reason = list(receipt.failed.values())[-1]
            msg = (
                f"stopped early: {failed} of {computed} runs of {receipt.scenario} failed{place}, the last because "
                f"{reason}; what is stored stays, and the same command would stop again: `multivector rerun` repeats "
                "one run"
            )
            raise Interrupted(msg)

"""Shares of corridors are told as what a scenario has more than what it is compared with."""

from types import SimpleNamespace

import pandas as pd

from analysis.corridors import _gaps


def test_a_scenario_that_builds_on_another_one_is_drawn_beyond_that():
    means = {"baseline": 0.2, "cut": 0.5, "further": 0.6}
    table = pd.DataFrame(
        {"scenario": list(means), "corridor": "middle", "time": "2030Q4", "mean": list(means.values())}
    )
    bases = {"cut": "baseline", "further": "cut"}
    stays, apart = _gaps(SimpleNamespace(baseline="baseline", changed=tuple(bases), base=bases.get), table)
    assert stays["scenario"].tolist() == ["baseline"]
    assert apart.set_index("scenario")["mean"].round(9).to_dict() == {"cut": 0.3, "further": 0.1}

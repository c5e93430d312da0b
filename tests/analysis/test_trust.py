"""Trust: which published totals stand beside a question, and what is said when none does."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import figures, trust
from analysis.maps import Change
from analysis.selection import select
from runs.flows import base_flows, load_case


def flows(**errors):
    """Published totals by name, each counting the link of its name, with the gap of the model."""
    rows = [
        {"observation": name, "name": name, "links": (name, "x"), "layer": "freight", "year": 2024}
        | {"observed": 10.0, "modelled": 10.0 * (1 + error), "error": error, "note": ""}
        for name, error in errors.items()
    ]
    return pd.DataFrame(rows)


def asking(batch, **changes):
    """A gallery whose scenario `pushed` has another event or other claims."""
    view = figures.gallery(select(batch))
    pushed = view.scenarios["pushed"].model_copy(update={"events": (), "expect": ()} | changes)
    return figures.Gallery(view.selection, dict(view.scenarios) | {"pushed": pushed}, view.colours)


def test_the_largest_gap_either_way_comes_first_and_only_what_counts_the_lines_asked_about():
    known = flows(a=0.1, b=-0.9, c=0.5, d=7.0)
    assert trust.near(known, {"a", "b", "c"})["name"].tolist() == ["b", "c", "a"]
    assert trust.near(known, {"elsewhere"}).empty


def test_lines_of_a_question_are_those_of_its_events_claims_and_largest_changes(batch, tables):
    view = figures.gallery(select(batch))
    event = view.scenarios["pushed"].events[0].model_copy(update={"link": ("P_POTI",)})
    claim = view.scenarios["pushed"].expect[0]
    corridor = claim.model_copy(update={"measure": "corridor_flow", "where": {"corridor": "kazakhstan_china"}})
    flow = claim.model_copy(update={"measure": "flow", "where": {"link": "G028"}})
    asked = asking(batch, events=(event,), expect=(corridor, flow, claim))
    ends = {
        "change": [9.0, -5.0, 4.0, 99.0],
        "change_low": [8.0, -6.0, 3.0, -1.0],
        "change_high": [10.0, -4.0, 5.0, 200],
    }
    part = pd.DataFrame({"link": ["F001a F001b", "F015", "F016", "F017"]} | ends)
    change = Change("freight", "2030Q4", part, ("pushed",))
    found = list(trust.lines(asked, [change], tables))
    assert found == ["P_POTI", "F003", "F004", "F005", "G028", "F001a", "F001b", "F015"]


def test_the_gap_at_poti_is_that_of_the_base_quarter():
    case = load_case()
    known = trust.published(None)
    assert known["observation"].is_unique
    (row,) = known[known["observation"] == "poti_containers"].to_dict("records")
    assert "P_POTI" in row["links"]
    base = base_flows(case).set_index("observation").loc["poti_containers"]
    assert row["error"] == pytest.approx(base["modelled"] / base["observed"] - 1.0)
    assert "poti_batumi" not in set(known["observation"])  # with oil, which freight is not


@pytest.mark.parametrize(
    ("links", "said"),
    [
        (("a", "b"), "the largest gaps first, 2 of 2; totals of another scope are left out."),
        (("x",), "the largest gaps first, 5 of 6; totals of another scope are left out."),
        ((), "nothing says how far the base holds there."),
    ],
)
def test_a_report_names_at_most_five_totals_or_says_that_none_is_there(batch, monkeypatch, links, said):
    monkeypatch.setattr(trust, "published", lambda _: flows(a=-0.893, b=0.5, c=0.1, d=0.1, e=0.1, f=0.1))
    monkeypatch.setattr(trust, "lines", lambda *_: links)
    filed = []
    press = SimpleNamespace(filed=lambda name, table: filed.append((name, len(table))) or "trust.csv")
    html = trust.shown(figures.gallery(select(batch)), press, [])
    assert said in html
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", html)
    assert len(filed) == bool(links)
    assert cells[:6] == (["a", "2024", "Mt/y", "10.0", "1.07", "−89 %"] if links else [])

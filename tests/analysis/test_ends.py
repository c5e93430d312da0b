"""Scenarios of one batch that end at other quarters are compared as long as both last."""

from analysis import corridors, figures, style, tables
from analysis.peaks import EFFECTS, told
from analysis.selection import select
from analysis.sentences import sentences
from tests.analysis.conftest import TIMES


def test_what_is_left_of_an_effect_and_told_of_it_is_at_the_end_of_its_own_scenario(batch, monkeypatch):
    """One scenario that ends sooner shortens what is told of no other."""
    selection = select(batch)
    still = selection.parts["still"]
    monkeypatch.setattr(type(still), "times", property(lambda part: TIMES[: 3 if part is still else None]))
    assert selection.ends[1] == selection.last("still") == "2030Q4"
    assert selection.last("pushed") == "2035Q4"
    said = [sentence.text for sentence in sentences(selection)]
    assert any(text.startswith("By the end of 2035, “A push & a shove” raises") for text in said)
    assert any(text.startswith("“Stillness” has no effect") and "until the end of 2030" in text for text in said)


def test_what_is_left_is_left_at_the_end_of_a_scenario_though_another_one_ends_sooner(make, monkeypatch):
    selection = select(make("short", until=3))  # the push is over by the last record
    still = selection.parts["still"]
    monkeypatch.setattr(type(still), "times", property(lambda part: TIMES[: 3 if part is still else None]))
    alignment = next(effect for effect in EFFECTS if effect.measure == "alignment")
    table = told(selection, "pushed", alignment)
    assert set(table["time"]) == {"2030Q4"}
    assert set(table["left"]) == {0.0}


def test_shares_of_corridors_are_compared_up_to_the_end_of_the_shorter_scenario(batch, monkeypatch):
    shares = tables.corridor_shares(select(batch), 8, {})
    late = (shares["scenario"] == "baseline") & (shares["time"] == shares["time"].max())
    monkeypatch.setattr(tables, "corridor_shares", lambda *_: shares[~late])
    with style.look():
        _, pushed = corridors.exhibit(figures.gallery(select(batch))).figure.axes
    known = len(set(shares["time"])) - 1
    assert {len(line.get_xdata()) for line in pushed.get_lines() if line.get_label() in set(shares["corridor"])} == {
        known
    }

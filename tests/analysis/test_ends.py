"""Scenarios of one batch that end at other quarters are compared as long as both last."""

from analysis import corridors, figures, style, tables
from analysis.selection import select


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

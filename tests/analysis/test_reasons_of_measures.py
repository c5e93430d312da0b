"""Why: terms of an alignment and prices of room, where a batch recorded them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import reasons
from analysis.peaks import EFFECTS
from tests.analysis.test_reasons import comparing, values


def test_what_carries_an_alignment_are_its_terms_where_they_were_recorded():
    places = {"country": ["KAZ"], "pole": ["CHN", "RUS"], "term": ["offers", "peers", "curvature", "noise"]}
    added = {"baseline": [0.1, 0.0, 0.0, 0.3], "deal": [0.15, 0.02, -0.03, 0.3]}
    stored = {s: {"alignment_term": values([[[added[s][::-1], added[s]]]] * 4, **places)} for s in added}
    selection, effect = comparing(stored), next(e for e in EFFECTS if e.measure == "alignment")
    row = pd.Series({"scenario": "deal", "country": "KAZ", "pole": "RUS", "time": "2026Q4"})
    first = next(part for part in reasons._made_of(effect, row) if reasons._is_there(selection, part))
    table = reasons.bars_of(selection, "deal", first, "2026Q4")
    assert first.heading == "Alignment by term"
    assert table["label"].tolist() == ["Offers", "Curvature", "Peers"]
    assert table["mean"].tolist() == pytest.approx([0.05, -0.03, 0.02])
    assert reasons._untold(selection, effect, row) == (
        " The terms of the law, each as it has added up since the opening, sum to the effect; those left out are "
        "small. Curvature and anchor pull back what the others move. What else is shown changes beside the alignment, "
        "and carries it only as far as it moves trade, surplus or dependence: an event that changes an offer, say, "
        "acts by none of it."
    )


def test_the_price_of_room_is_shown_of_the_lines_whose_flow_is():
    links = {"link": ["P_POTI", "NO_BAKU_TBILISI", "F001a"]}
    told = {"flow": ([9.0, 8.0, 7.0], [5.0, 8.0, 2.0]), "shadow_price": ([4.0, 2.0, 9.0], [1.0, 0.0, 0.0])}
    stored = {
        s: {measure: values(np.array([cells[n]] * 4), **links) for measure, cells in told.items()}
        for n, s in enumerate(("baseline", "deal"))
    }
    selection, row = comparing(stored), pd.Series({"scenario": "deal", "country": "GEO", "controller": "AZE"})
    row["time"] = "2026Q4"
    parts = {p.heading: p for p in reasons._parts(SimpleNamespace(selection=selection), EFFECTS[0], row)}
    assert list(parts) == ["Flow, freight", "Price of room, freight"]
    table = reasons.bars_of(selection, "deal", parts["Price of room, freight"], "2026Q4")
    assert table[["mean", "unit"]].to_numpy().tolist() == [[-3.0, "USD/t"]]

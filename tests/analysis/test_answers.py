"""Every claim gets a sentence of what was found, whatever its measure."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analysis import verdicts, words
from analysis.answers import _instead, _is_another, answer
from analysis.asked import CLAIMED
from analysis.claims import Finding, examine
from analysis.figures import gallery
from analysis.selection import select
from analysis.sentences import Sentence, of_effects, sentences
from model.measures import MEASURES
from scenarios import Claim
from scenarios.tables import shipped_tables

LABELS = {
    "country": "KAZ", "pole": "RUS", "controller": "RUS", "supplier": "RUS", "commodity": "gas", "channel": "transit",
    "corridor": "middle", "link": "G029a", "market": "gas_snk_uzb", "region": "central_asia", "dyad": "ARM-TUR",
    "institution": "EAEU", "term": "peers", "posture": "at_war",
}  # fmt: skip


def place(measure):
    """A place for every dimension of a measure."""
    first = {dim: str(shipped_tables()[f"{dim}s"]["id"].iloc[0]) for dim in ("project", "contract")}
    return {dim: (LABELS | first)[dim] for dim in MEASURES[measure].dimensions}


def claimed(measure, relation="rises", **more):
    return Claim(claim="c", measure=measure, where=place(measure), by="2030Q4", relation=relation, size=0.1, **more)


@pytest.fixture
def anything(batch, monkeypatch):
    """A batch with every measure: 0.3 or so in the baseline, 0.5 or so when pushed, the same when still."""
    selection = select(batch)

    def values(_, scenario, measure):
        where = place(measure)
        luck = np.random.default_rng(1).random((40, 4, *[1] * len(where))) / 10
        coords = {"run": range(40), "time": ["2025Q1", "2025Q4", "2030Q4", "2035Q4"]} | {
            d: [v] for d, v in where.items()
        }
        more = np.array([0.0, 0.0, 0.2, 0.2]).reshape(4, *[1] * len(where)) * (scenario == "pushed")
        cells = 0.3 + luck / 5 + more * (1 + luck)
        return xr.DataArray(cells, coords, tuple(coords), attrs={"units": MEASURES[measure].unit})

    monkeypatch.setattr(type(selection), "values", values)
    monkeypatch.setattr(type(selection), "measures", tuple(MEASURES))
    return selection


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_measure_has_a_phrase_and_a_sentence_of_what_was_found(anything, measure):
    phrase = words.phrase(measure, place(measure))
    assert not phrase.startswith(measure.replace("_", " ") + " (")
    said = answer(anything, examine(anything, "pushed", claimed(measure)))
    what = re.escape(phrase)
    assert re.match(rf"By the end of 2030, “A push & a shove” raises (the )?{what} by 0\.21", said)
    assert " (95 % interval of the mean 0.209 to 0.212)" in said
    assert ", from 0.31" in said
    assert " in “Base” to 0.5" in said
    assert said.endswith(".")
    level = answer(anything, examine(anything, "pushed", claimed(measure, "reaches", level=0.4)))
    assert re.match(rf"By the end of 2030, in “A push & a shove”: (the )?{what} 0\.5", level)
    assert "(95 % interval of the mean 0.5" in level
    assert level.endswith(" in “Base”.")


def test_the_unit_is_that_of_the_place_or_the_scale_that_it_has_none(anything):
    def said(measure):
        return answer(anything, examine(anything, "pushed", claimed(measure)))

    assert " bcm/y (" in said("flow")
    assert " USD/1000m3 (" in said("price")
    assert " bn USD/y (" in said("transit_rent")
    assert " percentage points of GDP (" in said("trade_gain")
    assert " as a share (" in said("supply_share")
    assert " on a scale from −1 to 1 (" in said("alignment")


def test_what_does_not_change_or_may_not_is_said_so(anything, monkeypatch):
    still = answer(anything, examine(anything, "still", claimed("gdp")))
    assert still.startswith("By the end of 2030, “Stillness” leaves GDP of Kazakhstan where it is in “Base”, at 0.3")
    noise, values = xr.DataArray(np.tile([0.1, -0.102], 20), {"run": range(40)}, ("run",)), type(anything).values

    def noisy(self, scenario, measure):
        base = values(self, "baseline", measure)
        return (base + noise * (scenario == "pushed")).assign_attrs(base.attrs)

    monkeypatch.setattr(type(anything), "values", noisy)
    said = answer(anything, examine(anything, "pushed", claimed("gdp")))
    assert "moves GDP of Kazakhstan by −0.03 to +0.03 bn USD/y (95 % interval of the mean, " in said
    assert "which leaves the sign open), from 0.3" in said


def test_what_is_far_below_the_size_that_counts_gets_no_number_of_its_own(anything):
    small = claimed("gdp").model_copy(update={"size": 10.0})
    said = answer(anything, examine(anything, "pushed", small))
    assert "“A push & a shove” moves GDP of Kazakhstan by less than 1 bn USD/y, from 0.3" in said
    plain = answer(anything, examine(anything, "pushed", small.model_copy(update={"size": 2.0})))
    assert "“A push & a shove” raises GDP of Kazakhstan by 0.2" in plain


@pytest.fixture
def parting(anything, monkeypatch):
    """A function that gives the batch in which the push lowers everything, and leaves some of what is traded."""
    kept = type(anything).values

    def made(left, share=1.0):
        def values(self, scenario, measure):
            volume = measure.endswith("_volume")
            now = kept(self, "baseline" if volume or scenario == "pushed" else "pushed", measure)
            return now * (left if volume and scenario == "pushed" else share if measure.endswith("_share") else 1.0)

        monkeypatch.setattr(type(anything), "values", values)
        return anything

    return made


@pytest.mark.parametrize(("left", "how"), [(0.0, "no"), (0.2, "80 % less")])
def test_who_depends_less_since_it_trades_less_is_said_to_have_less_to_lose(parting, left, how):
    selection = parting(left)
    said = f", with less to lose since it then takes {how} gas from it and sells {how} gas to it"
    assert said in answer(selection, examine(selection, "pushed", claimed("loss", "falls")))
    assert "less to lose" not in answer(selection, examine(selection, "pushed", claimed("gdp", "falls")))
    (found,) = (one.text for one in of_effects(selection) if "dependence on Russia" in one.text)
    assert f" paired runs){said}, " in found


@pytest.mark.parametrize("trade", [{"left": 0.6}, {"left": 0.0, "share": 0.01}])
def test_what_lowers_dependence_is_left_open_where_most_of_the_trade_is_left_or_was_a_trickle(parting, trade):
    selection = parting(**trade)
    said = answer(selection, examine(selection, "pushed", claimed("loss", "falls")))
    assert "lowers the dependence of Kazakhstan on Russia" in said
    assert "less to lose" not in said


def test_a_span_is_a_mean_and_a_baseline_has_no_other_beside_it(anything):
    span = Claim(
        claim="c", measure="gdp", where={"country": "KAZ"}, during=["2030Q4", "2035Q4"], relation="falls", size=1
    )
    assert answer(anything, examine(anything, "pushed", span)).startswith("On average over 2030Q4–2035Q4, “A push")
    alone = answer(anything, examine(anything, "baseline", claimed("gdp", "reaches", level=0.2)))
    assert alone.startswith("By the end of 2030, in “Base”: GDP of Kazakhstan 0.3")
    assert alone.endswith(").")


def test_what_was_not_tested_has_no_answer(batch):
    selection = select(batch)
    assert answer(selection, examine(selection, "pushed", claimed("gdp"))) == ""


def test_an_effect_on_the_clock_of_its_event_is_told_beside_the_date_of_the_claim(dated):
    selection = select(dated)
    claim = next(claim for claim in selection.resolved["pushed"].expect if claim.claim == "up")
    said = answer(selection, examine(selection, "pushed", claim))
    assert said.endswith("; its largest effect certain in sign, while “start” lasts, is +1.00 (within 0.01).")
    view = gallery(selection)
    assert "its largest effect certain in sign, while “start” lasts" in "".join(
        verdicts.of_batch(view, [examine(selection, "pushed", claim)])
    )


def test_claims_on_two_measures_that_effects_do_not_tell_of_are_findings(anything, monkeypatch):
    text = anything.resolved["pushed"]
    told = pd.Series({"scenario": "pushed", "near": CLAIMED})
    asks = text.model_copy(update={"expect": (claimed("loss"), claimed("transit_rent"), claimed("flow"))})
    monkeypatch.setitem(vars(anything), "resolved", anything.resolved | {"pushed": asks})
    monkeypatch.setattr("analysis.sentences.of_effects", lambda _: [Sentence("Told.", told)])
    monkeypatch.setattr("analysis.sentences._fortunes", lambda _: ())
    monkeypatch.setattr("analysis.sentences.levels", lambda _: [])
    _, fees, flow = (sentence.text for sentence in sentences(anything))
    assert "raises transit fees of Kazakhstan" in fees
    assert "flow" in flow


def test_a_level_that_is_never_reached_is_told_with_the_highest_value_of_the_span(anything):
    claim = Claim(
        claim="c",
        measure="gdp",
        where={"country": "KAZ"},
        during=["2026Q4", "2035Q4"],
        relation="never",
        level=1e6,
        size=0.1,
    )
    found = examine(anything, "pushed", claim)
    values = anything.values("pushed", "gdp").sel(country="KAZ").sel(time=slice("2026Q4", "2035Q4"))
    assert found.verdict == "holds"
    assert found.mean == pytest.approx(float(values.max("time").mean()))
    assert values.max("time").mean() > values.mean("time").mean()
    assert answer(anything, found).startswith("At its highest during 2026Q4–2035Q4, in “A push")


@pytest.mark.parametrize(
    ("told", "peak", "another"),
    [(-0.07, -0.74, True), (-0.07, -0.12, False), (-0.07, 0.05, True), (0.5, 0.9, False), (-0.6, 0.012, False)],
)
def test_beside_a_claim_that_counts_from_an_event_stands_what_goes_the_other_way_or_is_twice_as_large(
    told, peak, another
):
    claim = Claim.model_validate(
        {"claim": "c", "measure": "gdp", "where": {"country": "KAZ"}, "while": "ban", "relation": "rises", "size": 1}
    )
    finding = SimpleNamespace(claim=claim, mean=told)
    assert _is_another(pd.Series({"time": "a year after “ban” comes", "mean": peak}), finding) == another


def test_where_one_sells_less_it_is_told_who_sells_more(monkeypatch):
    """Of the 2 that Russia no longer sells Azerbaijan sells 1.5 and Iran 0.3; Turkmenistan sells less too."""
    where = {"country": "TUR", "supplier": "RUS", "commodity": "gas"}
    claim = Claim(claim="c", measure="supply_volume", where=where, by="2030Q4", relation="falls", size=0.1)
    moves = {"TKM": -0.5, "IRN": 0.3, "AZE": 1.5, "WORLD": 0.1, "KAZ": 0.9}

    def finding(supplier, mean):
        spread = 2.0 if supplier == "KAZ" else 0.01  # its sign is open
        other = claim.model_copy(update={"where": where | {"supplier": supplier}})
        return Finding("deal", other, "holds", 40, mean, mean - spread, mean + spread)

    monkeypatch.setattr("analysis.answers._of_others", lambda *_: (finding(*move) for move in moves.items()))
    text = "; more then comes from Azerbaijan +1.50 (+1.49 to +1.51) and Iran +0.30 (+0.29 to +0.31)"
    assert _instead(None, finding("RUS", -2.0)) == text
    assert _instead(None, finding("RUS", 2.0)).startswith("; less then comes from Turkmenistan −0.50")
    transit = claim.model_copy(update={"measure": "transit_rent", "where": {"country": "TUR"}})
    assert _instead(None, Finding("deal", transit, "holds", 40, -2.0)) == ""

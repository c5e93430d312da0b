"""Contrasts: a comparison tells how the effects of a scenario differ, not what a parameter does to both sides."""

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from analysis import contrasts as told
from analysis.compare_page import write_comparison
from analysis.comparison import compare
from analysis.contrasts import contrasts
from analysis.peaks import EFFECTS

CLAIMED = (
    "By the end of 2035, “A push & a shove” changes the dependence of Kazakhstan on Russia by +1.00 percentage points "
    "of GDP in “before”, by +1.50 in “after” (a difference of +0.500; 95 % interval of the mean within 0.001; the "
    "same direction in 100 % of 40 paired runs)."
)


@pytest.fixture(scope="module")
def both(before, after):
    return compare(before, after)


def test_what_claims_name_is_told_first_with_the_effect_in_each_batch(both):
    first, *others = contrasts(both, "pushed")
    assert first == CLAIMED.replace("+1.00 p", "+1.000 p").replace("+1.50 in", "+1.500 in")
    assert others[0].startswith("By the end of 2035, given that “start” has come, “A push & a shove” changes the dep")
    assert len(others) == 3  # then the largest on dependence and on alignment
    assert not any("dependence of Kazakhstan on Russia" in text for text in others[1:])


def test_a_baseline_has_no_effects_and_its_levels_come_once_and_last(both, tmp_path):
    assert contrasts(both, "baseline") == []
    page = write_comparison(both, tmp_path).read_text(encoding="utf-8")
    found = page[page.index('<section id="findings"') : page.index('<section id="scenario-')]
    assert re.findall("<h3>(.*?)</h3>", found) == [
        "A push &amp; a shove: its effects in each batch",
        "Base: its levels, compared with “before”",
    ]


def test_effects_that_a_parameter_leaves_alone_are_said_to_be_the_same(before, make):
    again = make("again")
    assert contrasts(compare(before, again), "pushed") == [
        "“A push & a shove” has the same effects in all batches, in every run that they share."
    ]


@pytest.mark.parametrize(("more", "said"), [(0.004, "+1.00 in “other” (no difference)"), (0.006, "a difference of")])
def test_what_lies_within_half_a_percent_of_an_effect_is_no_difference(more, said):
    effect = xr.DataArray([0.999, 1.0, 1.001], dims="run")
    every = {"one": 3, "other": 3}
    paired = {"one": True, "other": True}
    one = told.Contrast("it", "Mt", "by then", {"one": effect, "other": effect + more}, paired, every)
    assert said in one.text("A push")


def test_effects_with_other_luck_stand_unpaired(before, make):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 3.0)}
    other = make("other", pushes=pushes, seed=2, chance=0.5)
    told_of = contrasts(compare(before, other), "pushed")
    assert any("; 40 and 40 runs that do not pair, so luck differs too)." in text for text in told_of)


@pytest.mark.parametrize("most", [(0.1, 1.0), (1.0, 0.1)])
def test_claims_whose_effects_differ_most_for_their_size_come_first(both, monkeypatch, most):
    """The two claims of the scenario have one size; they look at the same in all runs and in those with the event."""
    differences = iter(most)
    monkeypatch.setattr(told.Contrast, "most", lambda _: next(differences))
    found = list(told._claimed(both, both.effects_apart("pushed"), "pushed"))
    assert ["given that" in one.when for one in found] == ([True, False] if most[1] > most[0] else [False, True])


def largest(both):
    """The contrasts of `pushed` that follow those on its claims."""
    return list(told._largest(both, both.effects_apart("pushed"), "pushed"))


@pytest.mark.parametrize(("where", "count"), [({"before"}, 1), ({"after"}, 1), (set(), 0)])
def test_a_difference_of_effects_counts_where_the_effect_does_in_either_batch(both, monkeypatch, where, count):
    def counted(own, label):
        """Everywhere in some of the batches, each compared with its own baseline."""
        countries = own.values(label, "loss")["country"]
        return xr.full_like(countries, label in where and own.base(label) == f"baseline of {label}", dtype=bool)

    effect = next(effect for effect in EFFECTS if effect.measure == "loss")
    monkeypatch.setattr(told, "EFFECTS", (replace(effect, counted=counted),))
    assert len(largest(both)) == count


def test_paired_effects_are_those_of_the_runs_in_which_they_differ(chancy, make):
    """The push comes in about half of the runs, the same in both batches, and is half as large again in the second."""
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 1.5)}
    found = largest(compare(chancy, make("stronger", pushes=pushes, chance=0.5)))
    assert found
    for one in found:
        assert [float(effect.mean()) for effect in one.by_batch.values()] == pytest.approx([1.0, 1.5])
        assert {effect.sizes["run"] for effect in one.by_batch.values()} == {18}


def test_unpaired_effects_are_those_of_all_runs_of_each_batch(before, make):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 3.0)}
    found = largest(compare(before, make("other", pushes=pushes, seed=2, runs=30)))
    assert found
    assert [{label: effect.sizes["run"] for label, effect in one.by_batch.items()} for one in found] == [
        {"before": 40, "other": 30} for _ in found
    ]


def test_where_few_runs_differ_the_batch_that_would_tell_counts_all_its_runs():
    """Three runs of forty: 29 that agree want a batch of 29 / 3 times forty."""
    by_batch = {label: xr.DataArray([1.0, 1.1, 0.9], dims="run") * size for label, size in (("a", 1.0), ("b", 2.0))}
    pairs, every = dict.fromkeys(by_batch, True), dict.fromkeys(by_batch, 40)
    said = told.Contrast("the rent", "bn USD/y", "by 2030", by_batch, pairs, every).text("Deal")
    assert "; 3 runs are few: it takes 29 that agree to tell that nine of ten do, in a batch of about 387)" in said


@pytest.mark.parametrize(("size", "count"), [(0.5, 2), (14.0, 2), (16.0, 0)])
def test_effects_that_lie_below_a_tenth_of_what_counts_in_all_batches_are_no_contrast(both, monkeypatch, size, count):
    """The effects are 1 and 1.5."""
    tested = told._tested
    sized = {
        label: {
            name: replace(one, claim=one.claim.model_copy(update={"size": size}))
            for name, one in tested(both, label, "pushed").items()
        }
        for label in both.batches
    }
    monkeypatch.setattr(told, "_tested", lambda _comparison, label, _scenario: sized[label])
    assert len(list(told._claimed(both, both.effects_apart("pushed"), "pushed"))) == count


def test_a_run_that_does_not_differ_agrees_with_no_sign():
    """Of ten runs four differ as the mean does, and six not at all."""
    effects = {"before": np.zeros(10), "after": np.array([1.0] * 4 + [0.0] * 6)}
    by_batch = {name: xr.DataArray(values, {"run": range(10)}, ("run",)) for name, values in effects.items()}
    one = told.Contrast("by then", "it", "Mt", by_batch, dict.fromkeys(by_batch, True), dict.fromkeys(by_batch, 10))
    assert "the same direction in 40 % of 10 paired runs" in one._agreeing("after", 0.4)


def test_an_effect_beyond_another_scenario_says_so(both):
    selection = both.whole(next(iter(both.batches)))
    claim = next(iter(told._tested(both, "before", "pushed").values())).claim
    other = next(name for name in selection.scenarios if name not in ("baseline", "pushed"))
    title = selection.resolved[other].title
    assert told._beyond(selection, claim) == ""
    assert told._beyond(selection, claim.model_copy(update={"against": other})) == f"beyond “{title}”, "

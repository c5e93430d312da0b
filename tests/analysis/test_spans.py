"""Spans: an effect that depends on a parameter is told at the points, not as a mean that hides them."""

import pandas as pd
import pytest

from analysis import figures, responses, spans, style
from analysis.claims import findings_of
from analysis.comparison import compare
from analysis.selection import RUNS_A_POINT, select
from analysis.sentences import of_effects
from analysis.spans import ends, over_points, point_names
from analysis.verdicts import at_points
from runs.sample import Range, grid


def test_points_go_by_the_parameters_that_vary(varied, batch):
    names = point_names(select(varied))
    assert (names[0], names[5], len(names)) == ("p = 0, q = 0", "p = 1, q = 1", 6)
    assert select(batch).points == ()


@pytest.fixture
def steep(make):
    """A batch over three values of a parameter that multiplies what the push does."""
    made = make("steep", sample=grid((Range("p", 1.0, 5.0, 3),), {}), runs=12)
    selection = select(made)
    for part in selection.parts.values():
        known = {measure: part.at_points(measure) for measure in ("loss", "alignment")}
        scale = 1 + 2 * (known["loss"]["run"] // RUNS_A_POINT)
        base = {measure: select(made).parts["baseline"].at_points(measure) for measure in known}
        scaled = {m: (base[m] + scale * (known[m] - base[m])).assign_attrs(known[m].attrs) for m in known}
        part._flat.update(scaled)
    return selection


def test_a_finding_names_the_points_at_which_it_is_smallest_and_largest(steep):
    told = [sentence.text for sentence in of_effects(steep) if "“A push & a shove” raises" in sentence.text]
    assert told
    assert all("; from +1.00 at p = 1 to +5.00 at p = 5)" in text for text in told)


def loss(selection, scenario):
    """The effect on dependence."""
    return selection.effect(scenario, "loss")


KAZAKH = pd.Series(
    {"scenario": "pushed", "time": "2035Q4", "country": "KAZ", "controller": "RUS", "low": -0.5, "high": 0.0123}
)


def test_a_finding_at_points_is_that_of_its_place_in_its_unit(steep):
    for part in steep.parts.values():
        levels = part.at_points("loss")
        part._flat["loss"] = levels.where(levels["country"] == "KAZ", 0.0)  # nothing changes elsewhere
    assert over_points(steep, KAZAKH, loss, 0, 100.0) == "from +100 at p = 1 to +500 at p = 5"


def test_where_each_run_has_a_point_of_its_own_the_smaller_and_the_larger_end_of_most_runs_are_told(spread, batch):
    told = "95 % of the runs, whose parameters differ, +1.2 to −50.0"
    assert over_points(select(spread), KAZAKH, loss, 1, 100.0) == told
    assert over_points(select(batch), KAZAKH, loss, 1, 100.0) == ""


def test_batches_at_other_points_are_not_told_by_point(before, varied):
    for both in (compare(before, varied), compare(varied, before)):
        apart = both.selection("pushed")
        row = KAZAKH.replace("pushed", apart.changed[0])
        assert over_points(apart, row, loss, 1) == ""


def test_up_to_four_points_are_named_and_of_more_the_number_is_said():
    names = [f"p = {n}" for n in range(5)]
    assert spans.at_points(names[:4]) == "at p = 0, 1, 2 and 3"
    assert spans.at_points(names) == "at 5 points"
    assert spans.at_points(["p = 1", "q = 1"]) == "at p = 1; at q = 1"


@pytest.mark.parametrize(
    ("means", "told"),
    [
        ((1.0, 0.91), "about the same size at each point"),
        ((-0.91, -1.0), "about the same size at each point"),
        ((0.0, 0.0), "about the same size at each point"),
        ((1.0, 0.89), "from +0.89 at p = 1 to +1.00 at p = 0"),
        ((-1.0, -0.89), "from −0.89 at p = 1 to −1.00 at p = 0"),
        ((0.0, -1.0), "from +0.00 at p = 0 to −1.00 at p = 1"),
        ((0.04, -0.01), "from −0.01 at p = 1 to +0.04 at p = 0"),
        ((0.01, -0.04), "from −0.04 at p = 1 to +0.01 at p = 0"),
    ],
)
def test_ends_go_from_the_smaller_effect_to_the_larger_and_through_zero_upwards(means, told):
    assert ends({f"p = {n}": mean for n, mean in enumerate(means)}, 2) == told


def test_a_curve_has_ticks_at_the_points_and_the_name_of_its_parameter(varied):
    view = figures.gallery(select(varied))
    with style.look():
        drawn = {exhibit.name: exhibit.figure.axes[0] for exhibit in responses.examined(view, responses.LEVEL)[0]}
    assert drawn["response-p"].get_xlabel() == "p"
    assert drawn["response-p"].get_xticks().tolist() == [0.0, 0.5, 1.0]


def test_outcomes_stand_at_the_moment_of_their_claim_and_flat_ones_are_left_out(varied):
    view = figures.gallery(select(varied))
    (claim, *_) = view.scenarios["pushed"].expect
    series = figures.asked(view)[0]
    table = responses.responses(view.selection, [series])
    assert set(table["time"]) == {claim.by}
    assert responses._bends(table[table["parameter"] == "p"], series)
    assert not responses._bends(table.assign(mean=1.0), series)


def test_a_verdict_that_points_do_not_share_stands_by_point(steep):
    claim = steep.resolved["pushed"].expect[0].model_copy(update={"size": 2.0})
    base = steep.resolved["pushed"].model_copy(update={"expect": (claim,)})
    steep.resolved["pushed"] = base
    found = next(one for one in findings_of(steep) if one.scenario == "pushed")
    assert found.verdict == "by point"
    assert at_points(found) == "not met at p = 1, holds at p = 3 and 5; from +1.00 at p = 1 to +5.00 at p = 5"

"""Parameters of a request are held to the ranges that files are held to."""

import numpy as np
import pytest

from multivector.orders import Design
from multivector.orders import sample as ordered
from runs.launch import run
from runs.parameters import check_values
from runs.problems import BatchError
from runs.sample import fixed

OUT = "alignment.half_life: '99' is out of range; allowed: 1 to 8"
SWEEPS = "--vary clearing.sweeps: counts sweeps of the solver"
LISTED = "`multivector show parameters` lists them"
OTHERWISE = ": vary it on a grid, or --set it"
BROKEN = "clearing.sweeps: '7.5' is not a whole number"


@pytest.mark.parametrize(
    ("design", "message"),
    [
        (Design(settings=("alignment.half_life=99",)), OUT),
        (Design(vary=("alignment.half_life=2:99:3",)), OUT),
        (Design("sobol", vary=("alignment.half_life=2:99",)), OUT),
        (Design(settings=("clearing.sweeps=7.5",)), BROKEN),
        (
            Design(vary=("clearing.sweeps=5:10:3",)),
            f"{SWEEPS}, and 3 points of 5:10 are not all whole numbers; write clearing.sweeps=5:10:6, say",
        ),
        (
            Design("lhs", vary=("clearing.sweeps=5:10",)),
            f"{SWEEPS}, which solves all runs of a block together; --design lhs cannot give each run its own"
            + OTHERWISE,
        ),
        (
            Design(settings=("alignment.halflife=2",)),
            f"alignment.halflife: no such parameter; did you mean alignment.half_life? {LISTED}",
        ),
        (Design(settings=("zzz=2",)), f"zzz: no such parameter; {LISTED}"),
    ],
)
def test_a_design_cannot_give_a_value_that_a_file_cannot(design, message):
    with pytest.raises(BatchError) as raised:
        ordered(design, runs=4, seed=1)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alignment.half_life\n2\n\n99\n", f"4: {OUT}"),
        ("clearing.sweeps\n7.5\n", f"2: {BROKEN}"),
        (
            "alignment.halflife\n2\n",
            f"1: alignment.halflife: no such parameter; did you mean alignment.half_life? {LISTED}",
        ),
    ],
)
def test_a_file_of_points_is_held_to_the_ranges_line_by_line(tmp_path, text, message):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(BatchError) as raised:
        ordered(Design(str(path)), runs=4, seed=1)
    assert str(raised.value) == f"{path}:{message}"


def test_a_file_of_points_names_every_mistake_at_once(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("alignment.half_life,zzz\n2,3\nx,y\n99,1\n1\n")
    with pytest.raises(BatchError) as raised:
        ordered(Design(str(path)), runs=4, seed=1)
    assert str(raised.value).replace(f"{path}:", "").splitlines() == [
        f"1: zzz: no such parameter; {LISTED}",
        "3: alignment.half_life 'x' is not a number; write it like 0.5",
        "3: zzz 'y' is not a number; write it like 0.5",
        f"4: {OUT}",
        "5: 1 cell for 2 names; commas part them, and a number has a point",
    ]


def test_of_very_many_mistakes_some_are_told_and_the_rest_counted(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("alignment.half_life\n" + "99\n" * 25)
    with pytest.raises(BatchError) as raised:
        ordered(Design(str(path)), runs=4, seed=1)
    *told, last = str(raised.value).splitlines()
    assert (len(told), last) == (20, "… and 5 more mistakes")


def test_a_sample_made_in_code_is_held_to_the_ranges():
    with pytest.raises(BatchError) as raised:
        run(["baseline"], sample=fixed({"alignment.half_life": 99.0}))
    assert str(raised.value) == OUT


def test_the_ends_of_a_range_belong_to_it():
    check_values("alignment.half_life", np.array([1.0, 8.0]))
    check_values("clearing.sweeps", np.array([5.0, 100.0]))

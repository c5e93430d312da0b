import numpy as np
import pytest
from scipy import stats

from runs import sample
from runs.distributions import draw
from runs.problems import BatchError

RANGES = (sample.Range("a", 0.0, 1.0, 3), sample.Range("b", 10.0, 20.0, 2))


def test_a_grid_holds_every_combination_once():
    made = sample.grid(RANGES, {"c": 7.0})
    assert made.points.names == ("c", "a", "b")
    assert made.points.values.tolist() == [[7, a, b] for a in (0, 0.5, 1) for b in (10, 20)]


def test_a_latin_hypercube_fills_each_stratum_once():
    made = sample.latin_hypercube(RANGES, {}, runs=20, seed=3)
    unit = (made.runs.values - [0, 10]) / [1, 10]
    assert (np.sort(np.floor(unit * 20), axis=0) == np.arange(20)[:, None]).all()


def test_sobol_points_are_extended_by_more_runs():
    few = sample.sobol(RANGES, {}, runs=10, seed=3)
    many = sample.sobol(RANGES, {}, runs=100, seed=3)
    assert (many.runs.values[:10] == few.runs.values).all()
    assert many.recipe == few.recipe


@pytest.mark.parametrize(
    ("law", "reference"),
    [
        ({"uniform": [2, 10]}, stats.uniform(2, 8)),
        ({"loguniform": [1, 100]}, stats.loguniform(1, 100)),
        ({"triangular": [1, 2, 5]}, stats.triang(0.25, 1, 4)),
        ({"normal": [3, 2]}, stats.norm(3, 2)),
        ({"lognormal": [3, 0.5]}, stats.lognorm(0.5, scale=3)),
        ({"beta": [2, 3]}, stats.beta(2, 3)),
        ({"halfnormal": [0.2]}, stats.halfnorm(0, 0.2)),
        ({"normal": [3, 2], "within": [2, 9]}, stats.truncnorm(-0.5, 3, 3, 2)),
    ],
)
def test_a_distribution_is_drawn_by_its_inverse(law, reference):
    u = np.linspace(0.01, 0.99, 25)
    np.testing.assert_allclose(draw(law, u), reference.ppf(u), rtol=1e-12)


def test_a_choice_gives_each_value_its_share():
    assert draw({"choice": [1, 5, 9]}, np.array([0.0, 0.34, 0.99])).tolist() == [1, 5, 9]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a=1",
            (
                "--vary a=1: not a range; write NAME=LOW:HIGH or NAME=LOW:HIGH:POINTS, "
                "or list points in a table for --design FILE.csv"
            ),
        ),
        ("a=2:1", "--vary a=2:1: needs a name, LOW below HIGH and at least 2 points"),
        ("=0:1", "--vary =0:1: needs a name, LOW below HIGH and at least 2 points"),
        ("a=0:inf", "--vary a=0:inf: needs a name, LOW below HIGH and at least 2 points"),
    ],
)
def test_a_bad_range_says_what_is_wrong(text, message):
    with pytest.raises(BatchError) as raised:
        sample.parse_range(text)
    assert str(raised.value) == message


def test_a_range_and_a_setting_are_read():
    assert sample.parse_range("a.b=-1:2.5:4") == sample.Range("a.b", -1, 2.5, 4)
    assert sample.parse_setting("a.b=3e2") == ("a.b", 300)
    with pytest.raises(BatchError, match="--set a=nan: not a setting"):
        sample.parse_setting("a=nan")


def test_points_come_from_a_file_and_a_bad_cell_is_located(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    assert sample.from_file(path, {}).points.values.tolist() == [[1, 2], [3, 4]]
    path.write_text("a,b\n1,2\n3,x\n")
    with pytest.raises(BatchError, match=r"points.csv:3: b 'x' is not a number; write it like 0.5"):
        sample.from_file(path, {})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "cannot be read ('utf-8' codec can't decode byte 0xff in position 0: invalid start byte)"),
        (b"a,b,a\n1,2,3\n", "a given more than once by its columns and --set; give each parameter once"),
        (b"a,c\n1,2\n", "c given more than once by its columns and --set; give each parameter once"),
        (b"a,b\n1\n", "2: 1 cell for 2 names; commas part them, and a number has a point"),
        (b"a,b\n0,5,3\n", "2: 3 cells for 2 names; commas part them, and a number has a point"),
        (b"a,b\n1,inf\n", "2: b 'inf' is not a number; write it like 0.5"),
        (b"", "no points; give a header of parameter names and at least one row"),
    ],
)
def test_a_design_file_that_cannot_be_used_says_why(tmp_path, content, message):
    path = tmp_path / "points.csv"
    path.write_bytes(content)
    with pytest.raises(BatchError) as raised:
        sample.from_file(path, {"c": 1.0})
    assert str(raised.value).removeprefix(f"{path}:").removeprefix(" ") == message


def test_a_sample_says_its_design_its_points_and_what_is_varied_or_set(tmp_path):
    (tmp_path / "points.csv").write_text("a,b\n1,2\n3,2\n")
    assert str(sample.from_file(tmp_path / "points.csv", {})) == "points.csv of 2 points over a with b = 2"
    assert str(sample.sobol(RANGES, {"c": 1.0}, runs=4, seed=1)) == "sobol over a, b with c = 1"
    assert str(sample.latin_hypercube(RANGES, {}, runs=4, seed=1)) == "lhs over a, b"
    assert str(sample.Sample()) == ""


def test_a_longer_hypercube_is_another_design_and_a_longer_sobol_sequence_the_same():
    ranges, draws = (sample.parse_range("routing.theta_oil=4:10"),), (sample.latin_hypercube, sample.sobol)
    cube, sequence = ([draw(ranges, runs=n, seed=1).recipe for n in (4, 8)] for draw in draws)
    assert cube[0] != cube[1]
    assert sequence[0] == sequence[1]

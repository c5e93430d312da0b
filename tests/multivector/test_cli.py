import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

import runs.launch
import runs.variants
from analysis import compare_page, report
from analysis.claims import Finding
from analysis.comparison import Comparison
from multivector import cli, orders
from runs import worker
from scenarios import Claim

sys.path.insert(0, str(Path(__file__).parents[1] / "runs"))
import engine_double as double

ROOT = Path(__file__).parents[2]
LISTED = "`multivector batches` lists them\n"
BLUE = "`multivector show links Blue` or `multivector show contracts Blue`"
WITHOUT = "Without a name all are listed\n"


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """The command with the stand-in model: returns exit code, output and errors."""
    failing = []

    def prepare(names, until=None, **_changes):
        worlds = [double.DoubleWorld(name, float(i), tuple(failing)) for i, name in enumerate(names)]
        beyond = ("far",) if until else ()
        return tuple(
            runs.variants.Variant(name, world, f"scenario: {name}\ntitle: T\nquestion: Q?\n", beyond=beyond)
            for name, world in zip(names, worlds, strict=True)
        )

    monkeypatch.setattr(runs.variants, "prepare", prepare)
    monkeypatch.setattr(worker, "kernels", lambda: double.ENGINE)
    monkeypatch.setattr("runs.execution.kernels", lambda: double.ENGINE)
    monkeypatch.setattr(runs.launch, "MEASURES", dict.fromkeys(double.RECORD))
    monkeypatch.setattr("runs.launch.Options.__init__", _recording(double.RECORD))
    for check in ("check_values", "check_sample"):
        monkeypatch.setattr(orders, check, lambda *_: None)
    monkeypatch.setattr(report, "write_report", written)

    def called(*words):
        monkeypatch.setattr(sys, "argv", ["multivector", *words])
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    called.failing = failing
    return called


def written(selection, **_options):
    """A report of one sentence and one claim, not written."""
    claim = Claim(claim="up", measure="gdp", where={"country": "KAZ"}, by="2030Q4", relation="rises", size=1)
    found = Finding("baseline", claim, "holds", 6, 2.0, 1.5, 2.5, 1.0)
    return report.Report(selection.batch.folder / "report.html", ("Something rose.",), (found,))


def _recording(measures):
    made = runs.launch.Options.__init__

    def begin(self, *args, **more):
        made(self, *args, **{"record": measures} | more)

    return begin


def test_a_batch_is_run_reported_and_listed(command):
    code, out, _ = command("run", "baseline", "peace-deal", "--runs", "6", "--workers", "1", "--name", "first")
    assert code == 0
    assert out.splitlines()[0].startswith("baseline, peace-deal, 6 runs each: 12 runs, seed 1, ")
    assert "Something rose." in out
    verdict = next(line.split("  ") for line in out.splitlines() if line.startswith("baseline  up"))
    assert [cell.strip() for cell in verdict if cell][2:] == [
        *("GDP of Kazakhstan, bn USD/y: rises by more than 1, by 2030Q4", "holds", "+2.0 (+1.5 to +2.5)", "100 % of 6")
    ]
    assert out.rstrip().endswith("report: results/first/report.html")
    code, out, _ = command("batches", "--csv")
    row = pd.read_csv(pd.io.common.StringIO(out)).iloc[0]
    found = row[["batch", "points", "runs of each", "planned", "finished", "failed", "status"]].tolist()
    assert found == ["first", 1, 6, 12, 12, 0, "complete"]
    assert command("report", "first")[:2] == (0, "report: results/first/report.html\n")


def test_a_batch_is_labelled_noted_and_deleted_only_after_a_yes(command, tmp_path):
    command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b")
    assert command("batches", "label", "b", "before")[0] == 0
    assert command("batches", "note", "before", "half-life 3")[0] == 0
    row = pd.read_csv(pd.io.common.StringIO(command("batches", "--csv")[1])).iloc[0]
    assert (row["batch"], row["label"], row["note"]) == ("b", "before", "half-life 3")
    assert command("report", "before")[:2] == (0, "report: results/b/report.html\n")
    code, _, err = command("batches", "delete", "before")
    assert (code, (tmp_path / "results" / "b").is_dir()) == (2, True)
    assert re.fullmatch(r"delete results/b \([\d.]+ MB\): nobody is here to ask; add --yes\n", err)
    assert command("batches", "delete", "before", "nowhere", "--yes")[0] == 2
    assert (tmp_path / "results" / "b").is_dir()
    assert command("batches", "delete", "before", "--yes")[:2] == (0, "deleted results/b\n")
    assert list((tmp_path / "results").iterdir()) == []


def test_the_list_tells_batches_of_the_same_scenario_apart_by_what_they_were_asked_for_with(command):
    asked = {"plain": (), "set": ("--set", "p=0.5"), "grid": ("--vary", "p=0:1:3")}
    for name, words in asked.items():
        command("run", "baseline", "--runs", "2", "--workers", "1", "--name", name, *words)
    rows = pd.read_csv(pd.io.common.StringIO(command("batches", "--csv")[1]), keep_default_na=False).set_index("batch")
    assert rows["parameters"].to_dict() == {"plain": "", "set": "p=0.5", "grid": "p=0:1"}
    assert set(rows["until"]) == {"2027Q4"}  # where the stand-in ends


def test_no_batch_is_listed_with_more_runs_finished_than_planned(command):
    words = ("run", "baseline", "peace-deal", "--workers", "1", "--vary", "p=0:1:3", "--name", "b", "--runs")
    command.failing.append(1)
    for number, planned in (("4", 24), ("10", 60), ("2", 60)):
        command(*words, number)
        row = pd.read_csv(pd.io.common.StringIO(command("batches", "--csv")[1])).iloc[0]
        counted = row[["planned", "finished", "failed"]].tolist()
        assert counted == [planned, planned - 6, 6]
        assert planned == row["points"] * row["runs of each"] * len(row["scenarios"].split(", "))


def test_a_killed_batch_is_listed_as_interrupted(command, tmp_path):
    command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b")
    path = tmp_path / "results" / "b" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"status": "running"}))
    status = lambda: pd.read_csv(pd.io.common.StringIO(command("batches", "--csv")[1])).iloc[0]["status"]  # noqa: E731
    assert status() == "interrupted"
    (path.parent / "writer.lock").write_text(json.dumps({"process": 1, "host": "elsewhere", "since": "now"}))
    assert status() == "running"


def test_batches_are_compared_by_name(command, monkeypatch):
    for name, more in (("a", ()), ("b", ("--seed", "2"))):
        command("run", "baseline", "--runs", "2", "--workers", "1", "--name", name, *more)
    monkeypatch.setattr(compare_page, "write_comparison", lambda found, out, **_: out / "-".join(found.batches))
    monkeypatch.setattr(Comparison, "verdicts", lambda _: pd.DataFrame({"claim": ["up"]}))
    code, out, _ = command("compare", "a", "b")
    assert code == 0
    assert out.splitlines()[0] == "What differs"
    assert "\nseed     1" in out
    assert out.endswith("claim\nup\ncomparison: results/a-b\n")


def test_a_report_against_a_scenario_that_is_not_there_is_refused(command):
    command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "a")
    message = "results/a: no finished run of 'peace'; it has baseline\n"
    assert command("report", "a", "--against", "peace") == (2, "", message)


def test_failed_runs_are_listed_and_end_with_exit_code_1(command):
    command.failing.append(2)
    code, out, _ = command("run", "baseline", "--runs", "4", "--workers", "1")
    assert code == 1
    assert "1 runs failed" in out
    assert "run 2 left the admissible range" in out


def test_claims_beyond_an_earlier_end_are_named_in_one_line(command):
    code, _, err = command("run", "baseline", "--until", "2030Q4", "--dry-run")
    assert (code, err) == (0, "claims that look beyond the last quarter are left out: far (baseline)\n")
    assert command("run", "baseline", "--dry-run")[2] == ""


def test_a_dry_run_leaves_nothing_behind(command, tmp_path):
    words = ("run", "baseline", "--vary", "p=0:1:3", "--set", "q=2", "--runs", "4", "--dry-run")
    code, out, _ = command(*words)
    assert code == 0
    assert out.startswith("baseline, grid of 3 points over p with q = 2, 4 runs each: 12 runs, seed 1, ")
    cost = r"about 1 s \(processes: \d\) and 0 MB, the report not counted"
    expected = rf"to compute: 12 runs, {cost}; known from a few runs of baseline computed now"
    assert re.fullmatch(expected, out.splitlines()[-1])
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_knows_what_is_stored_and_what_it_cost(command):
    words = ("run", "baseline", "--workers", "1", "--name", "b", "--runs")
    command(*words, "4")
    assert command(*words, "4", "--dry-run")[1].endswith("every run is stored already: nothing to compute\n")
    said = command(*words, "10", "--dry-run")[1].splitlines()[-1]
    cost = (
        "about 1 s (processes: 1) and 0 MB, the report not counted; known from what the same scenarios cost in results"
    )
    assert said == f"to compute: 6 runs, {cost}"
    assert command("batches", "--csv")[1].count("\n") == 2


RANGES, ALLOWED = "NAME=LOW:HIGH or NAME=LOW:HIGH:POINTS", "allowed: 1 to 10000000"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("run", "--vary", "p=1"),
            f"--vary p=1: not a range; write {RANGES}, or list points in a table for --design FILE.csv\n",
        ),
        (("run", "--design", "lhs"), "--design lhs: nothing to vary; add --vary NAME=LOW:HIGH\n"),
        (
            ("run", "--design", "x.csv"),
            "--design x.csv: neither grid, lhs or sobol nor a file; a CSV of points is meant\n",
        ),
        (
            ("run", "--vary", "p=0:1", "--set", "p=1"),
            "p: given more than once by --vary and --set; give each parameter once\n",
        ),
        (
            ("run", "--design", "lhs", "--vary", "p=0:1:3"),
            "--design lhs: gives each run its own value of p; write NAME=LOW:HIGH, no POINTS\n",
        ),
        (("run", "--seed", "9" * 23), f"seed {'9' * 23}: out of range; allowed: 0 to 9223372036854775807\n"),
        (("run", "--runs", "10000001"), f"runs 10000001: out of range; {ALLOWED} of each scenario and point\n"),
        (("run", "--vary", "p=0:1:100000000"), "100000000 points: too many; allowed: up to 100000\n"),
        (("run", "--vary", "p=0:1:1000", "--vary", "q=0:1:101"), "101000 points: too many; allowed: up to 100000\n"),
        (("run", "--name", "a/b"), "--name a/b: a plain folder name is wanted; the place goes to --out\n"),
        (("report", "nowhere"), f"nowhere: no batch there nor in results; {LISTED}"),
        (
            ("compare", "here", "there"),
            "".join(f"{name}: no batch there nor in results; {LISTED}" for name in ("here", "there")),
        ),
        (("run", "--runs", "ten"), "runs 'ten': a whole number is wanted\n"),
        (("run", "--workers", "0"), "workers 0: must be at least 1\n"),
        (
            ("show", "measures", "flw"),
            "flw: no such name; did you mean flow, corridor_flow? Without a name all are listed\n",
        ),
        (("show", "network", "Blue"), f"Blue: no such layer; try {BLUE}\n"),
        (("show", "measures", "half_life"), "half_life: no such name; try `multivector show parameters half_life`\n"),
        (("show", "data", "blue"), f"blue: no such table; try {BLUE.replace('Blue', 'blue')}\n"),
        (("show", "network", "river"), "river: no such layer; it can be freight, oil, gas, power, fibre\n"),
        (("show", "contracts", "Khorgoz"), "Khorgoz: no such id; without a name all are listed\n"),
        (
            ("show", "links", "Altynkul"),
            "Altynkul: no such id; did you mean F004 (Khorgos–Altynkol border), F008 (Altynkol–Almaty rail)? "
            + WITHOUT,
        ),
        (("show", "trade", "Turky"), "Turky: no such trader; did you mean TUR? Without a name all are listed\n"),
        (("show", "contracts", "Tajikistan"), "Tajikistan: nothing here is of TJK\n"),
        (
            ("show", "data", "memberhips"),
            "memberhips: no such table; did you mean memberships? `multivector show data` lists them\n",
        ),
        (
            ("show", "links", "--origin"),
            "show links: --data goes with data, --origin with data and with scenario NAME\n",
        ),
        (
            ("check",),
            "check: name a scenario of the library or a file; --schema prints the schema of scenario files\n",
        ),
        (("show", "links", "G0x1"), None),
    ],
)
def test_a_mistake_is_a_message_and_exit_code_2(command, words, message):
    code, _, err = command(*words)
    assert code == 2
    assert err == message if message else err.startswith("G0x1: no such id; did you mean G0")


def test_every_mistake_of_a_command_is_named_at_once(command, tmp_path):
    (tmp_path / "bad.yaml").write_text("scenario: bad\ntitle: B\nquestion: Q?\nextends: basline\n")
    options = ("--runs", "0", "--seed", "x", "--workers", "0", "--vary", "foo", "--set", "b", "--until", "2030")
    code, out, err = command("run", "bad.yaml", "peace-dea", *options, "--design", "nofile", "--name", "a/b")
    assert (code, out) == (2, "")
    assert [line.partition("; ")[0].partition(" 'baseline'")[0] for line in err.splitlines()] == [
        "workers 0: must be at least 1",
        "--name a/b: a plain folder name is wanted",
        "1 problem in bad.yaml",
        "  line 4  extends: 'basline' is neither a library scenario nor a file beside this one. Did you mean",
        "1 problem in peace-dea",
        "  'peace-dea' is not a scenario of the library",
        "1 problem in the request",
        "  until: '2030' is not a quarter",
        "runs 0: out of range",
        "seed 'x': a whole number is wanted",
        "--vary foo: not a range",
        "--set b: not a setting",
        "--design nofile: neither grid, lhs or sobol nor a file",
    ]


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("out", "reason"), [("afile", "Not a directory"), ("/proc/nowhere", "No such file or directory")]
)
def test_a_place_where_nothing_can_be_written_is_refused(command, tmp_path, out, reason, more):
    (tmp_path / "afile").touch()
    code, _, err = command("run", "baseline", "--out", out, "--name", "b", *more)
    assert (code, err) == (2, f"{out}/b: nothing can be written there ({reason}); choose another --out\n")


def test_a_dry_run_refuses_the_folder_of_another_batch_as_the_run_would(command):
    command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b")
    said = [command("run", "baseline", "--seed", "2", "--name", "b", *more)[::2] for more in ((), ("--dry-run",))]
    assert said == [(2, "results/b: holds another batch (different seed); choose another --name\n")] * 2


def test_a_batch_that_goes_on_says_how_much_is_stored(command):
    words = ("run", "baseline", "--workers", "1", "--name", "b", "--runs")
    assert "stored" not in command(*words, "4")[2]
    assert command(*words, "10")[2].startswith("4 of 10 runs are stored already\n")


def test_a_scenario_named_twice_is_refused_before_its_claims_are_named(command):
    code, _, err = command("run", "baseline", "baseline", "--until", "2030Q4")
    assert (code, err) == (2, "scenarios baseline, baseline: name at least one, each once\n")


def test_a_damaged_manifest_names_every_fault(command, tmp_path):
    command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b")
    path = tmp_path / "results" / "b" / "manifest.json"
    content = json.loads(path.read_text())
    del content["finished"], content["plan"]["seed"]
    path.write_text(json.dumps(content | {"runs": "2"}))
    for words in (("report", "b"), ("run", "baseline", "--name", "b"), ("run", "baseline", "--name", "b", "--dry-run")):
        code, _, err = command(*words)
        assert code == 2
        assert err == (
            "results/b/manifest.json: damaged: finished field required; runs input should be a valid integer; "
            "plan.seed field required; restore the file, or delete the folder and repeat the command that made it\n"
        )


def interrupted(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("runs.variants.paired", "stopped\n"),
        (
            "runs.execution.compute",
            "stopped; nothing is stored yet, the same command begins anew\n",
        ),
        (
            "analysis.report.write_report",
            "stopped; every run is stored in results/b, the same command writes the report\n",
        ),
        ("multivector.batch_tables.conclusions", "\nstopped\n"),
    ],
)
def test_ctrl_c_ends_a_command_at_any_moment_with_130_and_a_line(command, monkeypatch, place, said):
    monkeypatch.setattr(place, interrupted)
    code, _, err = command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b")
    assert (code, err.endswith(said), "Traceback" in err) == (130, True, False), err


def test_ctrl_c_before_the_first_block_leaves_no_batch(command, monkeypatch, tmp_path):
    monkeypatch.setattr("runs.execution.compute", interrupted)
    command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b")
    assert list((tmp_path / "results").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "place", "page"),
    [
        (("report", "b"), "analysis.report.write_report", "report"),
        (("compare", "b", "c"), "analysis.compare_page.write_comparison", "comparison"),
    ],
)
def test_ctrl_c_while_a_page_is_written_says_what_became_of_an_earlier_one(command, monkeypatch, words, place, page):
    for name in ("b", "c"):
        command("run", "baseline", "--runs", "2", "--workers", "1", "--name", name)
    monkeypatch.setattr(place, interrupted)
    code, _, err = command(*words)
    kept = f"an earlier {page} is as it was, tables and drawings beside it may be new"
    assert (code, err.splitlines()[-1]) == (130, f"stopped; {kept}; the same command writes it")


def test_a_bug_keeps_its_traceback(command, monkeypatch):
    monkeypatch.setattr(worker, "compute", None)
    monkeypatch.setattr("runs.execution.compute", None)
    with pytest.raises(TypeError):
        command("run", "baseline", "--runs", "2", "--workers", "1")


def test_a_scenario_without_events_shows_none_and_one_that_is_not_there_suggests_the_nearest(command):
    code, out, _ = command("show", "scenarios", "baseline")
    assert (code, "Claims\n" in out, "Events\n" in out) == (0, True, False)
    code, _, err = command("show", "scenarios", "peace-dael")
    assert code == 2
    assert err.endswith("Did you mean 'peace-deal'?\n")


def test_batches_elsewhere_are_meant_whether_out_stands_before_or_behind_the_subcommand(command, tmp_path):
    for out in ("results", "other"):
        command("run", "baseline", "--runs", "2", "--workers", "1", "--name", "b", "--out", out)
    assert command("batches", "--out", "other", "label", "b", "mine")[0] == 0
    assert command("batches", "--out", "other", "delete", "mine", "--yes")[:2] == (0, "deleted other/b\n")
    assert (tmp_path / "results" / "b").is_dir()
    assert command("batches", "delete", "b", "--out", "results", "--yes")[:2] == (0, "deleted results/b\n")

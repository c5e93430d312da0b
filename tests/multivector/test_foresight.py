"""What a batch will tell of too few of its runs is said before it is computed."""

CHANCY = """scenario: mine
title: M
question: Q?
extends: baseline
events:
  - {id: slump, at: 2026Q1, probability: 0.3, gdp: KAZ, multiply: 0.97}
  - {id: answer, follows: slump, gdp: KGZ, multiply: 0.97}
  - {id: sure, at: 2026Q1, gdp: UZB, multiply: 0.97}
expect:
  - {claim: a, measure: gdp, where: {country: KGZ}, by: 2027Q4, relation: falls, size: 0.1, given: answer}
  - {claim: b, measure: gdp, where: {country: KAZ}, while: slump, relation: falls, size: 0.1}
  - {claim: c, measure: gdp, where: {country: KAZ}, by: 2027Q4, relation: falls, size: 0.1, given: sure}
"""
SPARSE = (
    "mine: “slump” comes in 30 % of 20 runs; only these count for a and b; 6 runs are few: "
    "it takes 29 that agree to tell that nine of ten do, in a batch of about 97\n"
)


def test_an_event_that_comes_in_few_runs_is_named_with_the_claims_that_count_these_alone(command, tmp_path):
    (tmp_path / "mine.yaml").write_text(CHANCY)
    assert command("check", "mine.yaml", "--runs", "20") == (0, "mine.yaml: good\n", SPARSE)
    assert command("check", "mine.yaml") == (0, "mine.yaml: good\n", "")


def test_claims_that_look_beyond_the_last_quarter_count_no_runs(command, tmp_path):
    (tmp_path / "mine.yaml").write_text(CHANCY)
    code, _, err = command("check", "mine.yaml", "--until", "2026Q4", "--runs", "20")
    assert code == 0
    assert "only these count for b; 6 runs are few" in err


def test_a_dry_run_counts_runs_once_however_many_points_share_their_luck(command, tmp_path):
    (tmp_path / "mine.yaml").write_text(CHANCY)
    asked, vary = ("run", "mine.yaml", "--dry-run", "--until", "2027Q4"), ("--vary", "routing.congestion=0:1:5")
    assert "mine: “slump” comes in 30 % of 4 runs; " in command(*asked, "--runs", "4", *vary)[2]
    assert SPARSE in command(*asked, "--runs", "20", *vary)[2]

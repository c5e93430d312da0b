"""A doubt is due from a quarter on: not one too early, not one too late."""

from pathlib import Path

import pytest

from scenarios import examine, load_tables

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def tables():
    return load_tables([HERE / "tables", HERE / "doubtful" / "tables"])


@pytest.fixture
def doubts(tables, tmp_path):
    """Names of the doubts about a scenario with some lines of events and claims."""

    def found(*lines, until="2030Q4"):
        head = (f"until: {until}", "scenario: doubtful", "title: Doubtful", "question: When?")
        path = tmp_path / "doubtful.yaml"
        path.write_text("\n".join((*head, *lines)), encoding="utf-8")
        examined = examine(path, tables)
        assert examined.problems == ()
        return {warning.check for warning in examined.warnings}

    return found


@pytest.mark.parametrize(("second", "sealed"), [("2027Q4", True), ("2028Q1", False)])
def test_crossings_are_shut_together_while_the_first_still_holds(doubts, second, sealed):
    found = doubts(
        "events:",
        "- {at: 2027Q1, for: 1 year, link: [K1, K2], property: open, set: 0}",
        f"- {{at: {second}, for: 1 year, link: K4, property: open, set: 0}}",
    )
    assert ("link-sealed" in found) == sealed


@pytest.mark.parametrize(("until", "unopened"), [("2029Q4", False), ("2029Q3", True)])
def test_a_project_opened_in_the_last_quarter_is_opened(doubts, until, unopened):
    found = doubts(
        "events:",
        "- {at: 2027Q1, project: overland_gas, becomes: building}",
        "- {at: 2029Q4, project: overland_gas, becomes: operating}",
        "parameters: {projects.decisions: 0}",
        until=until,
    )
    assert ("project-unopened" in found) == unopened


def test_a_project_that_goes_on_by_itself_is_not_doubted(doubts):
    assert "project-unopened" not in doubts("events:", "- {at: 2027Q1, project: overland_gas, becomes: building}")


@pytest.mark.parametrize(("until", "beyond"), [("2031Q3", True), ("2031Q4", False)])
def test_a_time_after_an_event_may_fall_into_the_last_quarter(doubts, until, beyond):
    found = doubts(
        "events:",
        "- {id: ban, at: {uniform: [2027Q3, 2027Q4]}, gdp: AAA, multiply: 0.9}",
        "expect:",
        "- {claim: a, measure: gdp, where: {country: AAA}, given: ban, after: 4 years, relation: falls, size: 1}",
        until=until,
    )
    assert ("claim-beyond" in found) == beyond


def test_a_claim_whose_place_is_not_whole_has_a_mistake_and_no_doubt(tables, tmp_path):
    """Of a claim on exports the country is named wrongly: what the exports are of nobody can say."""
    path = tmp_path / "broken.yaml"
    lines = (
        *("scenario: broken", "title: Broken", "question: Whose exports?", "expect:"),
        "- {claim: a, measure: export_share, where: {0country: AAA, pole: DDD, commodity: gas}, by: 2026Q4,",
        "   relation: rises, size: 0.1}",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    found = examine(path, tables)
    assert found.warnings == ()
    assert "where" in " ".join(problem.path for problem in found.problems)


def test_what_comes_first_is_not_known_while_a_date_is_wrong(tables, tmp_path):
    path = tmp_path / "broken.yaml"
    lines = (
        *("scenario: broken", "title: Broken", "question: When?", "extends: baseline", "events:"),
        "- {at: 2026Q7, gdp: AAA, multiply: 0.9}",
        "- {at: 2030Q1, gdp: BBB, multiply: 0.9}",
        "expect:",
        "- {claim: a, measure: gdp, where: {country: AAA}, by: 2027Q4, relation: falls, size: 1}",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    found = examine(path, tables)
    assert [problem.path for problem in found.problems] == ["events[0].at"]
    assert found.warnings == ()


def test_a_claim_of_a_file_that_extends_nothing_is_doubted_as_nothing_joins_it(tables, tmp_path):
    lines = (
        *("scenario: mine", "title: M", "question: Q?", "events:", "- {at: 2026Q2, gdp: AAA, multiply: 0.9}"),
        "expect:",
        "- {claim: a, measure: gdp, where: {country: AAA}, by: 2027Q4, relation: falls, size: 1}",
        "- {claim: b, measure: gdp, where: {country: AAA}, by: 2027Q4, relation: between, range: [1, 9], size: 1}",
    )
    (tmp_path / "mine.yaml").write_text("\n".join(lines), encoding="utf-8")
    said = "'baseline' joins no batch of a file that extends nothing: the claim is tested only where both are named"
    (found,) = (w for w in examine(tmp_path / "mine.yaml", tables).warnings if w.check == "claim-against")
    assert (found.line, found.sentence()) == (7, f"expect[0].against: {said}; extends: baseline")

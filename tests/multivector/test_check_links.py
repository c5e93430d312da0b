"""What `check` says of links and contracts that an event changes beyond what there is, or for nothing."""

import pytest


def test_a_link_that_would_cost_less_than_nothing_is_doubted(command, tmp_path):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    event = "- {at: 2027Q1, link: G019a, property: cost, add: %s}\n"
    (tmp_path / "mine.yaml").write_text(head + event % "-32" + event % "-5")
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    said = "'G019a' -32 makes -20.98 of today's 11.02: what is below 0 counts as 0"
    assert err.splitlines()[0] == "3 warnings in mine.yaml"
    assert [line for line in err.splitlines() if "shippers" not in line][1:] == [f"  line 6  events[0].link: {said}"]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("link: P_KURYK, property: capacity, add: -900", "link: 'P_KURYK' -900 makes -894 of today's 6"),
        ("contract: tkm_chn_cnpc, add: -900", "contract: 'tkm_chn_cnpc' -900 makes -860 of today's 40"),
    ],
)
def test_more_taken_away_than_there_is_is_doubted(command, tmp_path, event, said):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    (tmp_path / "mine.yaml").write_text(f"{head}- {{at: 2027Q1, {event}}}\n")
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    line = f"  line 6  events[0].{said}: what is below 0 counts as 0"
    assert line in err.splitlines()
    assert line in command("run", "mine.yaml", "--until", "2027Q1", "--dry-run")[2].splitlines()


@pytest.mark.parametrize(("by", "warned"), [("2028Q2", False), ("2027Q2", True)])
def test_a_claim_on_the_last_quarter_looks_at_a_recorded_one(command, tmp_path, by, warned):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nuntil: 2028Q2\n"
    claim = "parameters: {dependence.kappa: 0.9}\n"
    claim += "expect: [{claim: c, measure: gdp, where: {country: KAZ}, by: %s, relation: rises, size: 1}]\n"
    (tmp_path / "mine.yaml").write_text(head + claim % by)
    _, _, err = command("check", "mine.yaml")
    assert ("is no fourth quarter" in err) == warned


def test_an_idle_line_that_gets_capacity_and_stays_shut_is_doubted(command, tmp_path):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    event = "- {at: 2027Q1, link: O003, property: capacity, set: 7}\n"
    (tmp_path / "mine.yaml").write_text(head + event)
    why = "'O003' is idle, and no event opens it: capacity alone carries nothing"
    assert command("check", "mine.yaml") == (
        0, "mine.yaml: good\n", f"1 warning in mine.yaml\n  line 6  events[0].link: {why}\n"
    )  # fmt: skip
    (tmp_path / "mine.yaml").write_text(head + event + "- {at: 2027Q1, link: O003, property: open, set: 1}\n")
    assert command("check", "mine.yaml") == (0, "mine.yaml: good\n", "")


def test_what_is_not_there_before_a_project_operates_is_doubted(command, tmp_path):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nparameters: {projects.decisions: 0}\nevents:\n"
    events = (
        "- {at: 2026Q1, dyad: ARM-TUR, becomes: open}\n- {at: 2026Q1, link: [F091, F019a], property: open, set: 1}\n"
    )
    (tmp_path / "mine.yaml").write_text(head + events)
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    assert err == (
        "2 warnings in mine.yaml\n  line 6  events[0].dyad: 'ARM-TUR' opens no road or railway: none is there, "
        "F084a before kars_gyumri operates, F091 before margara_igdir operates, and no event sees to it\n"
        "  line 7  events[1].link[0]: 'F091' is not there before margara_igdir operates, and no event sees to it\n"
    )
    for mend in (
        "- {at: 2029Q1, project: margara_igdir, becomes: operating}\n",
        "- {at: 2029Q1, link: F091, property: capacity, set: 1}\n",
    ):
        (tmp_path / "mine.yaml").write_text(head + events + mend)
        assert command("check", "mine.yaml") == (0, "mine.yaml: good\n", "")


def test_what_is_being_built_counts_as_there_where_projects_move_by_themselves(command, tmp_path):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    border = "- {at: 2026Q1, dyad: ARM-TUR, becomes: open}\n"
    (tmp_path / "mine.yaml").write_text(head + border + "- {at: 2026Q1, link: [F091, F084a], property: open, set: 1}\n")
    code, _, err = command("check", "mine.yaml")
    assert code == 0
    assert err == (
        "1 warning in mine.yaml\n"
        "  line 7  events[1].link[1]: 'F084a' is not there before kars_gyumri operates, and no event sees to it\n"
    )


def test_what_opens_behind_a_border_that_stays_shut_is_doubted(command, tmp_path):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    events = (
        "- {at: 2030Q1, link: [F079a, F019a], property: open, set: 1}\n"
        "- {at: 2030Q1, project: zangezur_rail, becomes: operating}\n"
    )
    why = "shut while the border of ARM-AZE is, which no event here opens"
    (tmp_path / "mine.yaml").write_text(head + events)
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    assert err == (
        f"2 warnings in mine.yaml\n  line 6  events[0].link[0]: 'F079a' stays {why}\n"
        f"  line 7  events[1].project: 'zangezur_rail' has links that stay {why}: F079a, F079c\n"
    )
    (tmp_path / "mine.yaml").write_text(head + events + "- {at: 2029Q1, dyad: ARM-AZE, becomes: tense}\n")
    assert command("check", "mine.yaml") == (0, "mine.yaml: good\n", "")


@pytest.mark.parametrize(
    ("change", "doubted"),
    [
        ("property: open, set: 0.25", True),
        ("property: open, set: 0", False),
        ("property: capacity, multiply: 0.25", True),
        ("property: capacity, add: -1", True),
        ("property: capacity, set: 0.5", False),
    ],
)
def test_a_part_of_a_link_without_a_limit_is_doubted(command, tmp_path, change, doubted):
    """What Batumi can take no table says: a quarter of that is as much, and the event would do nothing in silence."""
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    (tmp_path / "mine.yaml").write_text(f"{head}- {{at: 2028Q1, for: 1 year, link: [P_POTI, P_BATUMI], {change}}}\n")
    _, _, said = command("check", "mine.yaml")
    remedy = "`property: capacity` with `set` gives it one, and `multivector show links P_BATUMI` what goes today"
    assert (f"'P_BATUMI' has no limit, and so no part of it: {remedy}" in said) == doubted
    assert "'P_POTI' has no limit" not in said


def test_what_is_something_else_is_told_with_what_may_be_meant_unless_it_is_a_state(command, tmp_path):
    head = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\nevents:\n"
    events = "- {at: 2027Q1, project: zangezur, becomes: operating}\n- {at: 2027Q1, posture: IRN, becomes: free}\n"
    (tmp_path / "mine.yaml").write_text(head + events)
    _, _, said = command("check", "mine.yaml")
    corridor, state = said.splitlines()[1:]
    meant = "Did you mean 'zangezur_power_line' or 'zangezur_rail'?"
    assert corridor.endswith(f"it is the corridor zangezur; `multivector show projects` lists them. {meant}")
    assert state.endswith("'IRN' is not a pole; it is the country IRN; allowed: CHN, RUS, TUR, WEST")

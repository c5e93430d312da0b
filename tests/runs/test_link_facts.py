"""Facts of a link agree with the tables and with what a run records."""

import numpy as np
import pytest

from model.recording import record
from runs.link_facts import link_facts


def facts(case, link):
    return link_facts(case, link).set_index("fact")


@pytest.mark.parametrize("link", ["G011", "O002", "F066a"])
def test_flow_and_shadow_price_are_those_a_run_records(case, link):
    found, e = facts(case, link), case.world.axes["link"].at(link)
    recorded = record(*case.base, ("flow", "shadow_price"))
    for name, values in recorded.items():
        assert found.loc[name, "value"] == values[e, 0]
    assert found.loc["flow", "value"] <= found.loc["capacity", "value"] * (1 + 1e-9)


def test_a_capacity_is_the_one_of_the_tables_in_the_unit_an_event_states(case):
    rated = case.tables["capacities"].query("link == 'G011'").iloc[-1]
    assert np.isclose(facts(case, "G011").loc["capacity", "value"], max(rated["nameplate"], rated["observed"] / 0.95))
    assert facts(case, "G011")["unit"].to_dict() == {
        "capacity": "bcm/y",
        "open": "0 to 1",
        "cost": "USD/1000m3",
        "days": "days",
        "flow": "bcm/y",
        "shadow_price": "USD/1000m3",
        "control of RUS": "kappa, 0 to 1",
        "control of TUR": "kappa, 0 to 1",
        "control of WEST": "kappa, 0 to 1",
    }


def test_a_capacity_without_bound_is_said_in_words(case):
    state, _ = case.base
    endless = np.flatnonzero(np.isinf(state.capacity[:, 0]))[0]
    assert facts(case, case.world.axes["link"].labels[endless]).loc["capacity", "value"] == "not scarce"


def test_a_coded_power_stands_beside_that_of_the_soil(case):
    coded = case.tables["control"]
    row = coded[coded["controller"].isin(case.world.axes["controller"].labels) & (coded["kappa"] < 1.0)].iloc[0]
    found = facts(case, row["link"])
    assert found.loc[f"control of {row['controller']}", "value"] == row["kappa"]
    soil = case.tables["links"].set_index("id").loc[row["link"], "territories"]
    assert all(
        found.loc[f"control of {c}", "value"] == 1.0
        for s in soil
        for c in case.network.members.get(s, ())
        if c != row["controller"]
    )


def test_a_link_on_a_closed_border_is_shut_and_carries_nothing(case):
    found = facts(case, "F084a")["value"]
    assert (found["open"], found["capacity"], found["flow"]) == (0.0, 0.0, 0.0)

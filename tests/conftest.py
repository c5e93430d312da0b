"""What every test shares: a headless plotting backend and reproducible property tests."""

import os
import signal

# Before anything imports matplotlib: no test opens a window.
os.environ["MPLBACKEND"] = "Agg"

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Makes `tests.strategies` and `tests.worlds` importable: import mode importlib leaves the root off the path.
sys.path.insert(0, str(Path(__file__).parents[1]))

# No deadline: the first call of a kernel compiles or fills caches, and CI machines are shared.
# Derandomised unless asked: `make test` must not fail by luck; HYPOTHESIS_PROFILE=thorough looks for new examples.
shared = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", shared, derandomize=True, database=None)
settings.register_profile("thorough", shared, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


# A shell that starts the suite in the background has it ignore Ctrl-C, which the processes under test would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def tables():
    """The shipped tables as known at the start of the baseline."""
    from scenarios.tables import shipped_tables

    return shipped_tables("2025Q1")


@pytest.fixture(scope="session")
def late():
    """The shipped tables with every fact in them."""
    from scenarios.tables import shipped_tables
    from tests.worlds import EVERYTHING

    return shipped_tables(EVERYTHING)


@pytest.fixture(scope="session")
def network():
    """Routes and axes of the shipped tables."""
    from scenarios.compile import shipped_network

    return shipped_network("2025Q1")


@pytest.fixture(scope="session")
def library_world(tables, network):
    """World of a library scenario by name, compiled once."""
    from functools import cache

    from scenarios import load_scenario
    from scenarios.compile import compile_scenario

    return cache(lambda name: compile_scenario(load_scenario(name), tables, network))


@pytest.fixture(scope="session")
def baseline_world(case):
    """World of the baseline scenario."""
    return case.world


@pytest.fixture(scope="session")
def case():
    """The baseline with its tables and network, whose opening is solved once."""
    from runs.flows import load_case

    return load_case()

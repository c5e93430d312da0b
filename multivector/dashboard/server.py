"""Serving the dashboard on this machine; nothing is fetched from the network and nothing is sent there."""

import os
from pathlib import Path

from multivector.dashboard import FIRST
from runs.problems import BatchError
from scenarios.read import examine_shipped


def serve(scenario: str, port: int, *, browser: bool) -> None:
    """Serve the page with a scenario (library name or path) until stopped; `browser` opens it, too.

    Raises ScenarioError for a scenario that is wrong, BatchError without the extra `dashboard`.
    """
    examine_shipped(scenario).accepted()
    os.environ[FIRST] = scenario
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"  # read when solara is imported
    try:
        from solara.__main__ import cli  # noqa: PLC0415 - installed with an extra, and heavy
    except ModuleNotFoundError as missing:
        msg = (
            f"the dashboard needs {missing.name}; python -m pip install -c constraints.txt -e '.[dashboard]' brings it"
        )
        raise BatchError(msg) from None
    page = Path(__file__).with_name("page.py")
    opening = "--open" if browser else "--no-open"
    cli(["run", str(page), "--production", "--no-check-version", opening, "--port", str(port)])

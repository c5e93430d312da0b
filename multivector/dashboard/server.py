"""Serving the dashboard on this machine; nothing is fetched from the network and nothing is sent there."""

import os
import shlex
import socket
import sys
from contextlib import suppress
from pathlib import Path

from multivector.dashboard import FIRST
from runs.problems import BatchError
from scenarios.read import examine_shipped

EXTRA = (sys.executable, "-m", "pip", "install", "multivector[dashboard]")
"""The command that brings what an installed `multivector` leaves out, from any folder."""


def serve(scenario: str, port: int, *, browser: bool) -> None:
    """Serve the page with a scenario (library name or path) until stopped; `browser` opens it, too.

    Raises ScenarioError for a scenario that is wrong, BatchError without the extra `dashboard` or with a port in use,
    KeyboardInterrupt when it is stopped.
    """
    examine_shipped(scenario).accepted()
    os.environ[FIRST] = scenario
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"  # read when solara is imported
    try:
        from click.exceptions import Abort  # noqa: PLC0415 - comes with solara
        from solara.__main__ import cli  # noqa: PLC0415 - installed with an extra, and heavy
    except ModuleNotFoundError:
        msg = f"the dashboard comes with the extra 'dashboard'; {shlex.join(EXTRA)} brings it"
        raise BatchError(msg) from None
    _refuse_taken(port)
    page = Path(__file__).with_name("page.py")
    opening = "--open" if browser else "--no-open"
    words = ["run", str(page), "--production", "--no-check-version", opening, "--port", str(port)]
    with suppress(Abort):
        cli(words, standalone_mode=False)
    raise KeyboardInterrupt  # the server ends by Ctrl-C alone, which it keeps to itself


def _refuse_taken(port: int) -> None:
    """BatchError when something listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind(("localhost", port))
        except OSError as reason:
            msg = f"port {port}: cannot be used ({reason.strerror}); choose another --port"
            raise BatchError(msg) from None

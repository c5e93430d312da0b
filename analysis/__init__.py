"""Analysis: stored batches to insight. Opens batches, never runs the engine.

Names load on first use, so that matplotlib and pandas cost nothing before.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.report import findings as findings
    from analysis.report import write_report as write_report
    from analysis.selection import Selection as Selection
    from analysis.selection import select as select

_HOME = {"Selection": "selection", "findings": "report", "select": "selection", "write_report": "report"}


def __getattr__(name: str) -> object:
    """Import a public name from its module; AttributeError when there is none."""
    if name not in _HOME:
        msg = f"module 'analysis' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"analysis.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """Public names."""
    return sorted(_HOME)

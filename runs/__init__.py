"""Many runs: sampling designs, plans, execution and the store.

Names load on first use, so that worker processes import the kernels alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs.batch import Batch as Batch
    from runs.batch import open_batch as open_batch
    from runs.launch import Options as Options
    from runs.launch import run as run
    from runs.planning import Block as Block
    from runs.planning import Plan as Plan
    from runs.planning import plan as plan
    from runs.problems import BatchError as BatchError
    from runs.problems import Interrupted as Interrupted
    from runs.sample import Sample as Sample
    from runs.variants import Variant as Variant

_HOME = {
    "Batch": "batch",
    "BatchError": "problems",
    "Block": "planning",
    "Interrupted": "problems",
    "Options": "launch",
    "Plan": "planning",
    "Sample": "sample",
    "Variant": "variants",
    "open_batch": "batch",
    "plan": "planning",
    "run": "launch",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module; AttributeError when there is none."""
    if name not in _HOME:
        msg = f"module 'runs' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"runs.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """Public names."""
    return sorted(_HOME)

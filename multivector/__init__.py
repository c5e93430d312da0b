"""Multivector: how the states between Europe, Russia, China and Iran hedge.

The public API in one place, loaded on first use::

    import multivector as mv

    batch = mv.run(["baseline", "peace-deal"], runs=100)
    batch.dataset("baseline")["alignment"].sel(country="KAZ")
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.compare_page import write_comparison as write_comparison
    from analysis.comparison import Comparison as Comparison
    from analysis.comparison import compare as compare
    from model.agents import CountryAgent as CountryAgent
    from model.agents import PoleAgent as PoleAgent
    from multivector.corridor import CorridorModel as CorridorModel
    from runs.batch import Batch as Batch
    from runs.batch import open_batch as open_batch
    from runs.launch import Options as Options
    from runs.launch import run as run
    from runs.priors import from_priors as from_priors
    from runs.problems import BatchError as BatchError
    from runs.problems import Interrupted as Interrupted
    from runs.rerun import Rerun as Rerun
    from runs.rerun import rerun as rerun
    from runs.sample import Range as Range
    from runs.sample import Sample as Sample
    from runs.sample import fixed as fixed
    from runs.sample import from_file as from_file
    from runs.sample import grid as grid
    from runs.sample import latin_hypercube as latin_hypercube
    from runs.sample import sobol as sobol
    from scenarios import ScenarioError as ScenarioError
    from scenarios import load_scenario as load  # noqa: F401 - the public name is shorter
    from scenarios.compile import compile_scenario as compile_scenario

_HOME = {
    "Batch": ("runs.batch", "Batch"),
    "BatchError": ("runs.problems", "BatchError"),
    "CorridorModel": ("multivector.corridor", "CorridorModel"),
    "CountryAgent": ("model.agents", "CountryAgent"),
    "Comparison": ("analysis.comparison", "Comparison"),
    "Interrupted": ("runs.problems", "Interrupted"),
    "Options": ("runs.launch", "Options"),
    "PoleAgent": ("model.agents", "PoleAgent"),
    "Range": ("runs.sample", "Range"),
    "Rerun": ("runs.rerun", "Rerun"),
    "Sample": ("runs.sample", "Sample"),
    "ScenarioError": ("scenarios", "ScenarioError"),
    "compare": ("analysis.comparison", "compare"),
    "compile_scenario": ("scenarios.compile", "compile_scenario"),
    "fixed": ("runs.sample", "fixed"),
    "from_file": ("runs.sample", "from_file"),
    "from_priors": ("runs.priors", "from_priors"),
    "grid": ("runs.sample", "grid"),
    "latin_hypercube": ("runs.sample", "latin_hypercube"),
    "load": ("scenarios", "load_scenario"),
    "open_batch": ("runs.batch", "open_batch"),
    "rerun": ("runs.rerun", "rerun"),
    "run": ("runs.launch", "run"),
    "sobol": ("runs.sample", "sobol"),
    "write_comparison": ("analysis.compare_page", "write_comparison"),
}


__all__ = sorted(_HOME)  # noqa: PLE0605 - a list, and in step with what is there


def __getattr__(name: str) -> object:
    """Import a public name from its module; AttributeError when there is none."""
    if name not in _HOME:
        msg = f"module 'multivector' has no attribute {name!r}; it has {', '.join(_HOME)}"
        raise AttributeError(msg)
    module, attribute = _HOME[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    """Public names."""
    return sorted(_HOME)

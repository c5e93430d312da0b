"""Orders: what the words of a command line mean."""

# ruff: noqa: PLC0415 - loads only when parameters are named

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from runs import sample as designs
from runs.problems import BatchError


@dataclass(frozen=True)
class Design:
    """The words of --design, --vary and --set."""

    kind: str = "grid"
    vary: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def sample(design: Design, *, runs: int, seed: int) -> designs.Sample:
    """Sample that a design asks for; BatchError when it asks for nonsense or unknown parameters."""
    ranges = tuple(designs.parse_range(text) for text in design.vary)
    settings = dict(designs.parse_setting(text) for text in design.settings)
    _distinct([r.name for r in ranges] + [text.partition("=")[0] for text in design.settings])
    made = _made(design.kind, ranges, settings, runs=runs, seed=seed)
    known_parameters(made.names)
    return made


def _made(
    kind: str, ranges: tuple[designs.Range, ...], settings: dict[str, float], *, runs: int, seed: int
) -> designs.Sample:
    if kind == "grid":
        return designs.grid(ranges, settings)
    if kind in ("lhs", "sobol"):
        if not ranges:
            msg = f"--design {kind}: nothing to vary; add --vary NAME=LOW:HIGH"
            raise BatchError(msg)
        draw = designs.latin_hypercube if kind == "lhs" else designs.sobol
        return draw(ranges, settings, runs=runs, seed=seed)
    if not Path(kind).is_file():
        msg = f"--design {kind}: neither grid, lhs or sobol nor a file; a CSV of points is meant"
        raise BatchError(msg)
    if ranges:
        msg = f"--design {kind}: a file of points leaves nothing to --vary; drop one of the two"
        raise BatchError(msg)
    return designs.from_file(Path(kind), settings)


def _distinct(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{', '.join(twice)}: given more than once by --vary and --set; give each parameter once"
        raise BatchError(msg)


def known_parameters(names: tuple[str, ...]) -> None:
    """BatchError when a name is no parameter of the model, with the nearest that is."""
    from model.parameters import PARAMETERS

    for name in names:
        if name not in PARAMETERS:
            near = get_close_matches(name, PARAMETERS, 1)
            hint = f"did you mean {near[0]}?" if near else "`multivector show parameters` lists them"
            msg = f"{name}: no such parameter; {hint}"
            raise BatchError(msg)


def find(batch: Path, out: Path) -> Path:
    """Folder of a batch given by path or by its name in `out`; BatchError when neither holds one."""
    for folder in (batch, out / batch):
        if (folder / "manifest.json").is_file():
            return folder
    msg = f"{batch}: no batch there nor in {out}; `multivector batches` lists them"
    raise BatchError(msg)

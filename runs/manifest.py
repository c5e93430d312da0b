"""Manifest: what a batch was computed with, where and when."""

import platform
import sys
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np

from runs.planning import Plan, digest_of

FORMAT = 1
PACKAGES = ("multivector", "numpy", "scipy", "pandas", "pyarrow", "xarray", "mesa", "loky")


def now() -> str:
    """This moment in UTC, to the second."""
    return datetime.now(UTC).isoformat("T", "seconds")


@cache
def model_version() -> str:
    """Hash of the model's source, 16 digits: a changed kernel is another model."""
    return _hash_files(_folder("model"), "*.py")


@cache
def data_version() -> str:
    """Hash of the shipped tables, 16 digits."""
    return _hash_files(_folder("scenarios") / "data", "*.csv")


def _folder(package: str) -> Path:
    """Folder of a package, found without importing it."""
    found = find_spec(package)
    if found is None or found.origin is None:
        msg = f"package {package} is not installed"
        raise RuntimeError(msg)
    return Path(found.origin).parent


def _hash_files(folder: Path, pattern: str) -> str:
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob(pattern))}
    return digest_of(found)[:16]


def arithmetic() -> dict[str, object]:
    """What the last bit of a result may depend on: numpy build, instruction sets, processor family."""
    build = cast("dict[str, object]", np.show_config(mode="dicts"))
    return {"numpy": np.__version__, "machine": platform.machine(), "simd": build.get("SIMD Extensions")}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that matter, as far as installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def call() -> dict[str, object]:
    """The command of this process, and when."""
    return {"command": [Path(sys.argv[0]).name, *sys.argv[1:]], "started": now()}


def describe(plan: Plan) -> dict[str, object]:
    """Manifest of a batch that begins now."""
    return {
        "format": FORMAT,
        "status": "running",
        **call(),
        "finished": None,
        "continued": [],
        "platform": platform.platform(),
        "versions": versions(),
        "arithmetic": arithmetic(),
        "data": data_version(),
        "identity": plan.identity,
        "family": plan.family,
        "runs": plan.runs,
        "block": plan.block,
        "plan": plan.content(),
    }

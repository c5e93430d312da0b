"""Randomness: uniforms addressed by seed, process, entity, run and quarter.

Each (seed, process, entity) owns one Philox key; the run is the low word of
the counter and a group of four quarters the next word. Nothing is drawn in
sequence, so adding an event, a country, a run or a quarter never shifts
anyone else's luck. This module is the only place where the luck of a run is made.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from model.arrays import Array

_PER_BLOCK = 4  # Philox yields four 64-bit words per counter value
_EDGE = 2.0**-54  # keeps uniforms away from 0, where the normal quantile diverges


def uniforms(seed: int, process: str, entity: str, runs: npt.NDArray[np.int64], quarters: int) -> Array:
    """Uniform draws in (0, 1), (quarters, R), one column per run number."""
    key = _key(seed, process, entity)
    blocks = [_draw(key, runs, block) for block in range(-(-quarters // _PER_BLOCK))]
    return np.concatenate(blocks, axis=0)[:quarters] + _EDGE


def normals(seed: int, process: str, entity: str, runs: npt.NDArray[np.int64], quarters: int) -> Array:
    """Standard normal draws, (quarters, R), by inverting the uniforms."""
    return np.asarray(ndtri(uniforms(seed, process, entity, runs, quarters)), dtype=np.float64)


def _key(seed: int, process: str, entity: str) -> npt.NDArray[np.uint64]:
    text = f"{seed}\x1f{process}\x1f{entity}".encode()
    return np.frombuffer(blake2b(text, digest_size=16).digest(), dtype="<u8").astype(np.uint64)


def _draw(key: npt.NDArray[np.uint64], runs: npt.NDArray[np.int64], block: int) -> Array:
    """One counter block for all runs, (4, R); gaps in `runs` are drawn and dropped."""
    if not runs.size:
        return np.empty((_PER_BLOCK, 0))
    first, last = int(runs.min()), int(runs.max())
    counter = np.array([first, block, 0, 0], dtype=np.uint64)
    words = np.random.Generator(np.random.Philox(key=key, counter=counter)).random((last - first + 1) * _PER_BLOCK)
    return words.reshape(-1, _PER_BLOCK)[runs - first].T

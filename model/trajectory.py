"""Trajectory: what a block of runs recorded, as labelled arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.axes import Axis


@dataclass(frozen=True)
class Trajectory:
    """Recorded measures of a block of runs.

    Each array is (time, *measure dimensions, run), float64.
    """

    times: tuple[str, ...]
    axes: dict[str, Axis]
    runs: npt.NDArray[np.int64]
    measures: dict[str, npt.NDArray[np.float64]]

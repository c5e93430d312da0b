"""Packing: a block's trajectory as the Parquet file that the store keeps.

Done where the block was computed: what travels to the store is a third of the arrays.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from model.axes import Axis
from model.measures import MEASURES
from model.trajectory import Trajectory

SEPARATOR = "|"


@dataclass(frozen=True)
class Packed:
    """A trajectory as it is stored: its quarters, axes and measures, and the bytes of its file."""

    times: tuple[str, ...]
    axes: dict[str, Axis]
    measures: tuple[str, ...]
    content: bytes


def packed(trajectory: Trajectory) -> Packed:
    """A trajectory as it is stored."""
    return Packed(trajectory.times, trajectory.axes, tuple(trajectory.measures), encode(trajectory))


def encode(trajectory: Trajectory) -> bytes:
    """A trajectory as a Parquet file: rows run by run in order of time, a column a measure and labels."""
    times, runs = len(trajectory.times), len(trajectory.runs)
    names, columns = (
        ["run", "time"],
        [
            pa.array(np.repeat(trajectory.runs, times)),
            pa.array(list(trajectory.times) * runs),
        ],
    )
    for name, array in trajectory.measures.items():
        flat = array.reshape(times, -1, runs).transpose(1, 2, 0)
        columns += map(pa.array, np.ascontiguousarray(flat, dtype=np.float64).reshape(-1, runs * times))
        names += column_names(name, [trajectory.axes[d].labels for d in MEASURES[name].dimensions])
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_arrays(columns, names=names),
        sink,
        compression="zstd",
        use_dictionary=["run", "time"],
        use_byte_stream_split=names[2:],
        write_statistics=["run", "time"],
        row_group_size=runs * times,
    )
    return bytes(sink.getvalue())


def column_names(measure: str, labels: list[tuple[str, ...]]) -> list[str]:
    """Column names of a measure, last dimension fastest.

    >>> column_names("alignment", [("ARM", "KAZ"), ("RUS",)])
    ['alignment|ARM|RUS', 'alignment|KAZ|RUS']
    """
    return [SEPARATOR.join((measure, *combination)) for combination in product(*labels)]

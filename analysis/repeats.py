"""Repeats: effects that follow from one another, as a country's total from its only part, are one finding."""

import numpy as np
import pandas as pd

from model.arrays import Array

DIGITS = 5
"""Digits to which two effects must agree to be the same thing twice."""


def once(table: pd.DataFrame, scale: float | Array = 1.0) -> pd.DataFrame:
    """The rows of a table of effects at their peaks without those that say again what one above them says.

    Two rows are the same thing when scenario, time and `unit` are the same and so are, up to sign, the mean and both
    ends of the range of 95 % of the runs, in that unit: `scale` times what stands in the table. What is the same in all
    runs tells nothing apart, and stays.
    """
    rises = table["mean"] > 0
    ends = (table["low"].where(rises, -table["high"]), table["high"].where(rises, -table["low"]))
    sizes = [np.asarray(values, dtype=np.float64) * scale for values in (table["mean"].abs(), *ends)]
    said = [[f"{value:.{DIGITS}g}" for value in values] for values in sizes]
    same = [table[column].to_numpy() for column in ("scenario", "time", "unit")]
    varies = np.array([low != high for _, low, high in zip(*said, strict=True)], dtype=bool)
    repeats = varies & pd.DataFrame(dict(enumerate([*said, *same]))).duplicated().to_numpy()
    return table.iloc[np.flatnonzero(~repeats)]

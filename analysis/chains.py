"""Chains: links of one path that change by the same amount, told once from its first place to its last."""

from collections import Counter
from collections.abc import Mapping
from itertools import chain

import pandas as pd

from analysis import words

_AMOUNTS = ["mean", "mean_low", "mean_high"]
ENDS = 2
"""Places at the ends of a link, or of a path; links that meet at one place of a path."""
DIGITS = 6
"""Decimals to which amounts are the same."""


def as_paths(table: pd.DataFrame) -> pd.DataFrame:
    """Effects on links, in their order, each with a `label`: one row for links end to end with equal effects."""
    places = words.tables()["links"].set_index("id")[["from", "to"]]
    ends = {str(link): (str(a), str(b)) for link, a, b in places.loc[table["link"]].itertuples()}
    labels: dict[int, str] = {}
    for _, rows in table.groupby([table[name].round(DIGITS) for name in _AMOUNTS], sort=False):
        for group in _joined({link: ends[link] for link in map(str, rows["link"])}):
            first = rows.index[rows["link"].isin(group)][0]
            labels[first] = _label(group, ends)
    kept = table[table.index.isin(labels)]
    return kept.assign(label=[labels[place] for place in kept.index])


def _joined(ends: Mapping[str, tuple[str, str]]) -> list[list[str]]:
    """Links by the connected part of the network that they belong to."""
    groups: list[list[str]] = []
    for link, pair in ends.items():
        near = [group for group in groups if any(set(pair) & set(ends[other]) for other in group)]
        groups = [group for group in groups if group not in near] + [[*chain.from_iterable(near), link]]
    return groups


def _label(links: list[str], ends: Mapping[str, tuple[str, str]]) -> str:
    """A link by its name; several by the first and the last place, or by each name where they are no line."""
    met = Counter(place for link in links for place in ends[link])
    outer = [place for place, times in met.items() if times == 1]
    if len(links) == 1 or len(outer) != ENDS or max(met.values()) > ENDS:
        return "; ".join(words.place("link", link) for link in links)
    names = words.tables()["nodes"].set_index("id")["name"]
    first, last = (str(names[place]).partition(" (")[0] for place in outer)
    return f"{first}–{last}, {len(links)} links"

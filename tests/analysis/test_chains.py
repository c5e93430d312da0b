"""Links of one path are told once."""

import pandas as pd

from analysis.chains import as_paths
from analysis.words import tables


def changes(**means):
    rows = [
        {"link": link, "mean": mean, "mean_low": mean - 0.1, "mean_high": mean + 0.1} for link, mean in means.items()
    ]
    return pd.DataFrame(rows)


def line_of_three():
    """Three links end to end, and the names of the two places at its ends."""
    links = tables()["links"]
    links = links[(links["layer"] == "freight") & (links["mode"] == "rail")]
    follows = links.merge(links, left_on="to", right_on="from", suffixes=("", "_2"))
    follows = follows.merge(links.add_suffix("_3"), left_on="to_2", right_on="from_3")
    places = follows[["from", "to", "to_2", "to_3"]]
    row = follows[places.nunique(axis=1) == places.shape[1]].iloc[0]
    names = tables()["nodes"].set_index("id")["name"]
    ends = {names[row[end]].partition(" (")[0] for end in ("from", "to_3")}
    return [row["id"], row["id_2"], row["id_3"]], ends


def test_links_end_to_end_with_one_effect_are_one_row_from_the_first_place_to_the_last():
    links, ends = line_of_three()
    found = as_paths(changes(**dict.fromkeys(links, -2.0)))
    path, _, count = found["label"].item().rpartition(", ")
    assert (set(path.split("–", 1)), count) == (ends, "3 links")


def test_links_that_change_by_other_amounts_or_do_not_meet_stay_apart():
    (first, middle, last), _ = line_of_three()
    assert as_paths(changes(**{first: 2.0, middle: 3.0, last: 2.0}))["link"].tolist() == [first, middle, last]
    assert as_paths(changes(**{first: 2.0, last: 2.0}))["link"].tolist() == [first, last]

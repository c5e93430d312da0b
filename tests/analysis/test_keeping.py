"""Keeping: each result is found once for a selection, and for no other."""

import gc
import weakref
from types import SimpleNamespace

from analysis.bases import beyond
from analysis.keeping import kept
from analysis.peaks import EFFECTS, told
from analysis.selection import select


def counting():
    """A function that is kept, and the arguments for which it was asked in earnest."""
    asked = []

    @kept
    def square(keeper, number, *, shift=0):  # noqa: ARG001 - what keeps it
        asked.append((number, shift))
        return number**2 + shift

    return square, asked


def test_what_was_asked_is_not_found_again():
    square, asked = counting()
    keeper = SimpleNamespace(known={})
    assert [square(keeper, 3), square(keeper, 3), square(keeper, 3, shift=1)] == [9, 9, 10]
    assert asked == [(3, 0), (3, 1)]


def test_another_function_and_another_keeper_have_results_of_their_own():
    (square, asked), (other, heard) = counting(), counting()
    one, two = (SimpleNamespace(known={}) for _ in range(2))
    assert [square(one, 2), square(two, 2), other(one, 2)] == [4, 4, 4]
    assert len(asked) == 2
    assert len(heard) == 1


def test_nothing_found_outlives_a_selection(batch):
    selection = select(batch)
    table = weakref.ref(told(selection, "pushed", EFFECTS[0]))
    assert table() is told(selection, "pushed", EFFECTS[0])
    del selection
    gc.collect()
    assert table() is None


def test_where_no_scenario_builds_on_another_nothing_is_found_for_two_selections(batch):
    selection = select(batch)
    assert beyond(selection) is selection

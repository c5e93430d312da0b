"""Pairs of states that a question names are told however small what becomes of them is."""

import pandas as pd
import pytest

from analysis import named
from analysis.selection import select
from analysis.sentences import sentences


@pytest.fixture
def asking(batch, monkeypatch):
    """A function that gives a batch whose first scenario has a question of its own and no claims."""

    def made(question):
        selection = select(batch)
        text = selection.resolved["pushed"].model_copy(update={"question": question, "expect": ()})
        monkeypatch.setitem(vars(selection), "resolved", selection.resolved | {"pushed": text})
        return selection

    return made


ASKED = "How do Armenia's dependence on Russia and China and its alignment with them change?"


def test_each_pair_is_told_with_its_effect_however_small(asking):
    each = "+1.00 (within 0.01) by the end of 2035"
    assert named.pairs(asking(ASKED), "pushed", []) == (
        f"What else “A push & a shove” asks about: dependence (percentage points of GDP) Armenia on Russia {each}, "
        f"Armenia on China {each}; alignment (on a scale from −1 to 1) Armenia with Russia {each}, "
        f"Armenia with China {each}."
    )


def test_what_findings_tell_is_left_out(asking):
    known = [pd.Series({"scenario": "pushed", "country": "ARM", "controller": "RUS"})]
    said = named.pairs(asking(ASKED), "pushed", known)
    assert "Armenia on Russia" not in said
    assert "Armenia on China" in said


@pytest.mark.parametrize("question", ["What does Armenia sell to Russia?", "Who depends on whom?", "Whose alignment?"])
def test_a_question_without_a_measure_or_without_two_states_has_no_pairs(asking, question):
    assert named.pairs(asking(question), "pushed", []) == ""


def test_what_is_told_of_exports_to_a_pole_is_nothing_of_alignment_with_it(asking):
    exports = pd.Series({"scenario": "pushed", "country": "ARM", "pole": "RUS", "commodity": "gas"})
    assert "Armenia with Russia" in named.pairs(asking(ASKED), "pushed", [exports])


def test_what_hardly_moves_is_named_without_a_number(asking, monkeypatch):
    monkeypatch.setattr(named, "TRACE", 0.05)  # as if effects of 1 were a twentieth of the least
    assert named.pairs(asking("Armenian dependence on Russia and China?"), "pushed", []).endswith(
        "asks about: dependence (percentage points of GDP) by less than 2: Armenia on Russia and Armenia on China."
    )


def test_the_largest_effects_come_first_and_few_are_told(asking, monkeypatch):
    sizes = {"RUS": 0.5, "CHN": -2.0, "TUR": 1.0}
    rows = [
        pd.Series({"country": "ARM", "controller": other, "time": "2030Q4", "mean": size})
        for other, size in sizes.items()
    ]
    rows = [row.combine_first(pd.Series({"mean_low": row["mean"], "mean_high": row["mean"]})) for row in rows]
    monkeypatch.setattr(named, "_rows", lambda *_: iter(rows))
    monkeypatch.setattr(named, "MOST", 2)
    said = named.pairs(asking("Whom does Armenia depend on?"), "pushed", [])
    assert said.index("Armenia on China −2.00") < said.index("Armenia on Türkiye +1.00")
    assert "Armenia on Russia" not in said


def test_the_sentence_comes_last(asking):
    *_, last = sentences(asking(ASKED))
    assert last.text.startswith("What else “A push & a shove” asks about: ")

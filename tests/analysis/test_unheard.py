"""What a scenario asks is told whatever the number of runs."""

import numpy as np
import pandas as pd
import pytest

from analysis import unheard
from analysis.answers import answer
from analysis.asked import CLAIMED, SAME_COUNTRY, WORDED
from analysis.selection import Selection, select
from analysis.sentences import _answers, sentences


@pytest.fixture
def asking(batch, monkeypatch):
    """A function that gives a batch whose first scenario has a question and claims of its own."""

    def made(question="What?", expect=()):
        selection = select(batch)
        text = selection.resolved["pushed"].model_copy(update={"question": question, "expect": expect})
        monkeypatch.setitem(vars(selection), "resolved", selection.resolved | {"pushed": text})
        return selection

    return made


@pytest.fixture
def open_sign(monkeypatch):
    """Differences that are as often above zero as below."""

    kept = Selection.values

    def values(self, scenario, measure):
        found = kept(self, "baseline", measure)
        sides = np.where(found["run"] % 2, 0.3, -0.29).reshape(-1, *[1] * (found.ndim - 1))
        return found + (sides if scenario == "pushed" else 0.0)

    monkeypatch.setattr(Selection, "values", values)


@pytest.mark.usefixtures("open_sign")
def test_states_that_a_question_names_are_heard_where_no_effect_is_told_apart_from_zero(asking):
    said = [one.text for one in sentences(asking("What does Kazakhstan lose when Russia turns away?"))]
    (found,) = (text for text in said if "the dependence of Kazakhstan on Russia by" in text)
    assert "(95 % interval of the mean, which leaves the sign open)" in found


@pytest.mark.usefixtures("open_sign")
def test_an_answer_on_two_states_says_which_these_are(asking):
    first, *_ = _answers(asking("What does Kazakhstan lose when Russia turns away?"), [])
    assert first.numbers.to_dict() == {"scenario": "pushed", "country": "KAZ", "controller": "RUS"}


@pytest.mark.usefixtures("open_sign")
def test_a_claim_is_heard_before_states_of_the_question(asking, batch):
    claim = select(batch).resolved["pushed"].expect[0].model_copy(update={"size": 0.4})
    selection = asking("Armenia and Russia?", (claim,))
    said = answer(selection, unheard.found(selection, "pushed", []))
    assert "the dependence of Kazakhstan on Russia by" in said


@pytest.mark.parametrize(("near", "silent"), [(CLAIMED, True), (WORDED, True), (SAME_COUNTRY, False)])
def test_what_an_effect_tells_is_not_told_again(asking, near, silent):
    known = [pd.Series({"scenario": "pushed", "near": near})]
    selection = asking("Armenia and Russia?")
    assert (unheard.found(selection, "pushed", known) is None) == silent
    assert unheard.found(selection, "pushed", [pd.Series({"scenario": "other", "near": near})])


def test_who_asks_nothing_or_what_its_base_asks_hears_nothing(asking):
    assert unheard.found(asking(), "pushed", []) is None
    selection = asking("Armenia and Russia?")
    selection.resolved["baseline"] = selection.resolved["pushed"]
    assert unheard.found(selection, "pushed", []) is None

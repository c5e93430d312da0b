"""The table of processes says what each reads and writes; here it is held to it."""

import dataclasses
import sys
from dataclasses import fields
from typing import ClassVar

import pytest

from model.events import Edit
from model.now import Now
from model.state import State
from model.step import SEQUENCE
from tests.worlds import FEW, lasting, opened

QUARTERS = 4  # the last of a year, when projects are decided, among them
FIELDS = {field.name for field in fields(State)}


class Watched(State):
    """A state that notes which of its fields are read; copying it is no reading."""

    noted: ClassVar[set[str]] = set()

    def __getattribute__(self, name):
        if sys._getframe(1).f_code.co_filename != dataclasses.__file__:
            Watched.noted.add(name)
        return super().__getattribute__(name)


def edits(world):
    """One change of every state that events may set."""
    country, pole = world.axes["country"].labels[0], world.axes["pole"].labels[0]
    changes = {
        "dyad.state": (world.axes["dyad"].labels[0],),
        "project.stage": (world.axes["project"].labels[0],),
        "membership.state": (country, world.axes["institution"].labels[0]),
        "posture.state": (pole,),
        "leader.change": (country,),
        "promise.kept": (country, pole),
        "demonstration.level": (pole,),
        "coercion.level": (country, pole),
        "contract.volume": (world.axes["contract"].labels[0],),
    }
    when = (world.start + 1, world.start + 1)
    return [Edit(target, target, where, "set", 1.0, when) for target, where in changes.items()]


@pytest.fixture(scope="module")
def used(baseline_world):
    """Fields read and fields replaced, by process, over some quarters."""
    setting, state, base = opened(lasting(baseline_world, QUARTERS, *edits(baseline_world)), 1, FEW)
    state = Watched(**vars(state))
    read, written = ({process.name: set() for process in SEQUENCE} for _ in range(2))
    for index in range(QUARTERS):
        for process in SEQUENCE:
            before, Watched.noted = vars(state), set()
            state = process.run(state, Now(setting, base, index))
            read[process.name] |= Watched.noted & FIELDS
            written[process.name] |= {name for name, value in vars(state).items() if value is not before[name]}
    return read, written


@pytest.mark.parametrize("process", SEQUENCE, ids=lambda process: process.name)
def test_a_process_reads_and_writes_what_it_declares(process, used):
    read, written = used
    assert read[process.name] == set(process.reads)
    assert written[process.name] == set(process.writes)

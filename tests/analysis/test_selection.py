"""Selections read what a batch holds, and name what is damaged."""

import pytest

from analysis.selection import select
from runs.problems import BatchError


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "input should be a valid dictionary or instance of Scenario"),
        (b"title: Base\nscenario: baseline", "question field required"),
        (b"a: [b", "while parsing a flow sequence"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (None, "No such file or directory"),
    ],
)
def test_a_damaged_scenario_of_a_batch_is_named(make, content, said):
    batch = make("worn")
    path = batch.folder / "scenarios" / "baseline.yaml"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BatchError) as raised:
        _ = select(batch).resolved
    assert str(raised.value).startswith(f"{path}: damaged: {said}")
    assert str(raised.value).endswith("; restore the file, or delete the folder and repeat the command that made it")

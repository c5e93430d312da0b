"""Which scenarios a batch gets, and into how many blocks it is cut."""

import pytest

from runs.planning import BLOCKS_A_WORKER, block_size
from runs.variants import paired

MINE = "scenario: mine\ntitle: M\nquestion: Q?\n"


def test_the_root_of_what_a_scenario_extends_joins_the_batch_once(capsys):
    assert paired(["cpc-blocked", "peace-deal"]) == ("baseline", "cpc-blocked", "peace-deal")
    said = capsys.readouterr().err
    assert said == "baseline joins the batch: the others are compared with it, run by run\n"


def test_nothing_joins_a_batch_that_has_its_baseline(capsys):
    assert paired(["peace-deal", "baseline"]) == ("peace-deal", "baseline")
    assert capsys.readouterr().err == ""


def test_a_chain_is_followed_through_neighbours_to_its_root(tmp_path):
    (tmp_path / "root.yaml").write_text(MINE.replace("mine", "root"))
    (tmp_path / "middle.yaml").write_text(MINE.replace("mine", "middle") + "extends: root.yaml\n")
    (tmp_path / "mine.yaml").write_text(MINE + "extends: middle.yaml\n")
    found = paired([tmp_path / "mine.yaml"])
    assert found == (tmp_path / "root.yaml", tmp_path / "mine.yaml")
    (tmp_path / "library.yaml").write_text(MINE + "extends: peace-deal\n")
    assert paired([str(tmp_path / "library.yaml")])[0] == "baseline"


@pytest.mark.parametrize(("total", "workers"), [(64, 2), (200, 2), (400, 8), (600, 2), (6000, 16)])
def test_every_worker_has_several_blocks(total, workers):
    assert total // block_size(total, workers) >= BLOCKS_A_WORKER * workers

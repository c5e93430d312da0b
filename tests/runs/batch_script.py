"""A batch with the stand-in engine as a process of its own, to be killed: FOLDER WORKERS PAUSE."""

import os
import sys
import time
from pathlib import Path

from engine_double import ENGINE, RECORD, variants

from multivector.cli import spoken
from runs.launch import Options, draft, launch
from runs.worker import Engine


def pausing(world, runs, seed, *rest):
    """Like the stand-in, but slow enough to be caught in the act."""
    time.sleep(float(os.environ["PAUSE"]))
    return ENGINE.simulate(world, runs, seed, *rest)


def main(folder, workers):
    options = Options(workers=workers, block=4, record=RECORD, out=Path(folder), name="b")
    ready = variants(0, 1)
    with spoken():
        launch(ready, draft(ready, 60, 1, None, options), options, Engine(pausing, ENGINE.failure))


if __name__ == "__main__":
    os.environ["PAUSE"] = sys.argv[3]
    main(sys.argv[1], int(sys.argv[2]))

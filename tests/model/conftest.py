"""Makes `tests.strategies` importable: import mode importlib leaves the root off the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

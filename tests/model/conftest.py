"""Makes `tests.strategies` importable however pytest is started (import mode importlib leaves the root off the path)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

"""Makes `engine_double` and `batch_script` importable, here and in pool workers."""

import sys
from pathlib import Path

# Import mode importlib leaves test folders off the path; worker processes inherit this entry.
sys.path.insert(0, str(Path(__file__).parent))

"""What every test shares: a headless plotting backend and reproducible property tests."""

import os

# Before anything imports matplotlib: no test opens a window.
os.environ["MPLBACKEND"] = "Agg"

from hypothesis import HealthCheck, settings

# No deadline: the first call of a kernel compiles or fills caches, and CI machines are shared.
settings.register_profile(
    "default",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, database=None)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))

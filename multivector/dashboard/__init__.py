"""The dashboard: one run in a browser, stepped by hand or played, with Mesa's SolaraViz.

`multivector dashboard` opens it; `page.py` is the page, `charts.py` what is drawn on it.
"""

FIRST = "MULTIVECTOR_DASHBOARD"
"""Environment variable that says which scenario the page begins with: Solara imports the page by itself."""

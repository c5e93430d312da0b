"""The dashboard, opened in a real browser and photographed, and what is drawn on it."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from playwright.sync_api import sync_playwright

import multivector as mv
from analysis import style, words
from multivector.dashboard import charts, server
from multivector.dashboard.shown import ShownModel
from runs.problems import BatchError
from scenarios import ScenarioError

COMMAND = (sys.executable, "-c", "from multivector.cli import main; main()", "dashboard")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS = 60
SCREEN = {"width": 1600, "height": 1000}


def free_port():
    with closing(socket.socket()) as found:
        found.bind(("localhost", 0))
        return found.getsockname()[1]


def answers(address):
    try:
        return urllib.request.urlopen(address, timeout=2).status == 200  # noqa: S310 - a page of this machine
    except OSError:
        return False


@pytest.fixture(scope="module")
def address():
    """Address of a dashboard that is served as a user serves it."""
    port = free_port()
    address = f"http://localhost:{port}"
    with subprocess.Popen((*COMMAND, "cpc-blocked", "--no-browser", "--port", str(port))) as served:
        until = time.monotonic() + SECONDS
        while not answers(address) and time.monotonic() < until and served.poll() is None:
            time.sleep(0.2)
        yield address
        served.send_signal(signal.SIGINT)
        served.wait(SECONDS)


@pytest.fixture(scope="module")
def page(address):
    """The page in the browser of this machine, or in one that playwright has installed or can install."""
    with sync_playwright() as driver:
        own = Path(driver.chromium.executable_path)
        found = next(filter(None, map(shutil.which, BROWSERS)), None) or installed(own)
        if found is None:
            pytest.skip("no browser here and none to be installed: `python -m playwright install chromium` failed")
        browser = driver.chromium.launch(executable_path=found)
        sheet = browser.new_page(viewport=SCREEN)
        sheet.set_default_timeout(1000 * SECONDS)
        sheet.goto(address)
        yield sheet
        browser.close()


def installed(own):
    """Path of playwright's browser, fetched when it is missing; None where that cannot be done."""
    if not own.exists():
        with suppress(subprocess.TimeoutExpired):
            fetch = (sys.executable, "-m", "playwright", "install", "chromium")
            subprocess.run(fetch, timeout=5 * SECONDS, check=False, capture_output=True)
    return str(own) if own.exists() else None


def drawings(page):
    """What the drawings on the page say they are, and the quarter that the map shows."""
    images = page.locator("svg[role=img]")
    names = [images.nth(i).get_attribute("aria-label") for i in range(images.count())]
    (quarter,) = re.findall(r"Alignment with [\w ]+, (\d{4}Q\d)", images.nth(0).text_content())
    return names, quarter


def photograph(page, path):
    """Colours (pixels, 3) of the page as it is seen."""
    return np.round(255 * imread(BytesIO(page.screenshot(path=path)))[..., :3]).astype(int).reshape(-1, 3)


def share(pixels, colour):
    """Share of pixels of very nearly one colour."""
    wanted = np.round(255 * np.array(mpl.colors.to_rgb(colour)))
    return (abs(pixels - wanted).max(axis=1) <= 6).mean()


def test_the_page_steps_draws_and_is_photographed(page, tmp_path):
    page.get_by_text("Alignment with Russia, 2024Q4").wait_for()
    for quarter in ("2025Q1", "2025Q2", "2025Q3"):
        page.get_by_role("button", name="Step", exact=True).click()
        page.get_by_text(f"Alignment with Russia, {quarter}").wait_for()
    page.get_by_text("cpc-blocked, run 0").wait_for()
    assert page.locator("svg[role=img]").count() == 4
    model = mv.CorridorModel("cpc-blocked", until="2028Q4")
    for _ in range(3):
        model.step()
    pixels = photograph(page, tmp_path / "page.png")
    assert len(pixels) == SCREEN["width"] * SCREEN["height"]
    assert share(pixels, style.LAYER_COLOUR["freight"]) > 0.004  # bars
    assert share(pixels, style.RISES((1 + model.country("KAZ").alignment["RUS"]) / 2)) > 0.004  # Kazakhstan on the map
    for pole in model.world.axes["pole"]:
        assert share(pixels, style.pole_colour(pole)) > 0.0001  # lines


def test_the_page_shows_another_pole_and_country_when_asked(page):
    for field, choice in (("Pole", "China"), ("Country", "Uzbekistan")):
        page.get_by_label(field, exact=True).locator("xpath=ancestor::*[contains(@class, 'v-input')][1]").click()
        page.get_by_role("option", name=choice).click()
    page.get_by_text("Uzbekistan: dependence on the poles").wait_for()
    page.get_by_text("Alignment with China").wait_for()
    names, quarter = drawings(page)
    shown = {
        "Map of alignment with China",
        "Alignment of Uzbekistan",
        "Dependence of Uzbekistan",
        "Freight by corridor",
    }
    assert set(names) == shown
    assert quarter == "2025Q3"  # where the steps before left it


BOXES = """() => [...document.querySelectorAll("svg[role=img]")].map(drawing => {
    const [own, panel] = [drawing, drawing.closest(".vue-grid-item")].map(each => each.getBoundingClientRect());
    return [own.top - panel.top, panel.bottom - own.bottom, own.left - panel.left, panel.right - own.right, own.height];
})"""


@pytest.mark.parametrize("width", [1100, 1600, 2400])
def test_every_drawing_is_seen_whole_in_its_panel_whatever_the_window(page, width):
    page.set_viewport_size(SCREEN | {"width": width})
    page.locator("svg[role=img]").nth(3).wait_for()
    page.wait_for_timeout(500)  # panels glide into place
    boxes = page.evaluate(BOXES)
    page.set_viewport_size(SCREEN)
    assert len(boxes) == 4
    for *spare, height in boxes:
        assert min(spare) >= -1
        assert height > 250
    assert page.title() == "Multivector"


def test_it_plays_until_it_is_paused_and_reset_begins_anew(page):
    page.get_by_role("button", name="▶").click()
    page.get_by_text(re.compile(r"^Alignment with .*, 20(2[6-9]|3\d)Q\d$")).wait_for()  # a quarter may pass unseen
    page.get_by_role("button", name="❚❚").click()
    page.get_by_role("button", name="▶").wait_for()
    page.wait_for_timeout(1000)  # a quarter under way may still arrive
    _, paused = drawings(page)
    page.wait_for_timeout(2000)
    assert drawings(page)[1] == paused >= "2026Q1"
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_text(re.compile("^Alignment with .*, 2024Q4$")).wait_for()
    assert drawings(page)[1] == "2024Q4"
    assert page.get_by_text("cpc-blocked, run 0").count() > 0


# --- what is served and drawn ---


def test_a_scenario_that_is_wrong_is_not_served():
    with pytest.raises(ScenarioError, match="Did you mean 'cpc-blocked'"):
        server.serve("cpc-bloked", 8765, browser=False)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "solara.__main__", None)
    monkeypatch.setattr("os.environ", dict(os.environ))
    with pytest.raises(BatchError) as raised:
        server.serve("baseline", 8765, browser=False)
    install = f"{shlex.quote(sys.executable)} -m pip install 'multivector[dashboard]'"
    assert str(raised.value) == f"the dashboard comes with the extra 'dashboard'; {install} brings it"


def test_it_ends_by_ctrl_c_like_any_command():
    port = free_port()
    words = (*COMMAND, "--no-browser", "--port", str(port))
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as served:
        until = time.monotonic() + SECONDS
        while not answers(f"http://localhost:{port}") and time.monotonic() < until:
            time.sleep(0.2)
        served.send_signal(signal.SIGINT)
        _, said = served.communicate(timeout=SECONDS)
    assert (served.returncode, said.splitlines()[-1]) == (130, "stopped")
    assert "Traceback" not in said


def test_a_port_in_use_is_a_message(monkeypatch):
    monkeypatch.setattr("os.environ", dict(os.environ))
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BatchError, match=f"port {port}: cannot be used .*; choose another --port"):
            server.serve("baseline", port, browser=False)


@pytest.fixture(scope="module")
def model():
    model = ShownModel(scenario="cpc-blocked", until="2026Q4")
    for _ in range(2):
        model.step()
    return model


def texts(figure):
    return [text.get_text() for text in (*figure.texts, *(text for axis in figure.axes for text in axis.texts))]


def test_the_map_leaves_the_pole_itself_empty(model):
    written = texts(charts.leaning_map(model, "TUR"))
    assert "Alignment with Türkiye, 2025Q2" in written
    values = [text for text in written if re.fullmatch(r"[+−]\d\.\d\d", text)]
    assert len(values) == len(model.countries) - 1


def test_a_course_runs_from_the_base_quarter_to_the_one_shown(model):
    (axis,) = charts.course(model, "TUR", "dependence").axes
    assert len(axis.lines) == 3  # not on itself
    assert [len(line.get_xdata()) for line in axis.lines] == [3, 3, 3]
    assert axis.lines[0].get_ydata()[-1] == model.country("TUR").dependence["RUS"]


def test_names_at_the_ends_of_lines_stand_apart():
    axis = Figure().add_subplot()
    axis.set_ylim(-1.0, 1.0)
    charts._name_ends(axis, {"RUS": 0.1, "CHN": 0.1, "TUR": 0.12, "WEST": 0.8}, 2030.0)
    heights = {text.get_text(): text.xy[1] for text in axis.texts}
    assert heights == pytest.approx({"Russia": 0.1, "China": 0.22, "Türkiye": 0.34, "The West": 0.8})


def test_bars_are_the_freight_of_the_quarter_and_marks_that_of_the_start(model):
    (axis,) = charts.corridors(model).axes
    order = np.argsort(model.start)[-charts.CORRIDORS :]
    assert [bar.get_width() for bar in axis.patches] == list(model.measure("corridor_flow")[order])
    assert list(axis.lines[0].get_xdata()) == list(model.start[order])
    names = [label.get_text() for label in axis.get_yticklabels()]
    assert names[-1] == words.place("corridor", model.world.axes["corridor"].labels[int(np.argmax(model.start))])
    assert not np.array_equal(model.start, model.measure("corridor_flow"))

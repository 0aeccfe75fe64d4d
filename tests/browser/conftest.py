"""Debian's Chromium, used as a reader would, if it is installed.

Without it these tests are skipped, or fail if the environment has ``CI=true``, so
that a run that proves nothing cannot be mistaken for one that does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.browser.reader import Reader
from tests.needed import missing
from tests.report import samples
from winitgen import api, plan
from winitgen.files.output.options import WriteOptions
from winitgen.report import html, probe_html

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

SPEC = Path(__file__).parents[2] / "specs" / "lstm.yaml"


def program(name: str) -> str:
    """Return the path of a program; skip or fail the test if it is missing."""
    path = shutil.which(name)
    if path is None:
        missing(name, "install it with: apt-get install chromium chromium-driver")
    return path


def library(name: str) -> Any:
    """Return a library; skip or fail the test if it is missing."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        missing(name, "install it with: pip install -e '.[browser,plot]'")


@pytest.fixture
def needed() -> dict[str, Callable[[str], Any]]:
    """Return the functions that provide a program and a library for a browser."""
    return {"program": program, "library": library}


def start(profile: Path, *, script: bool) -> Any:
    """Return a browser with an empty profile, with or without scripts."""
    chromium, chromedriver = program("chromium"), program("chromedriver")
    webdriver = library("selenium.webdriver")
    service = library("selenium.webdriver.chrome.service")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=service.Service(chromedriver))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return one browser for all tests."""
    driver = start(tmp_path_factory.mktemp("profile"), script=True)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def without_script(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return one browser in which no script runs."""
    driver = start(tmp_path_factory.mktemp("profile"), script=False)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages: drawn weights, a probe of one run, a probe of several, a sweep of 16, a page of hostile names."""
    folder = tmp_path_factory.mktemp("pages")
    options = WriteOptions(fsync=False, histograms=True)
    drawn = api.write_plan(plan(SPEC), folder / "w.safetensors", options).report
    runs = [samples.run("normal"), samples.run("xavier_normal", verdict="healthy", shrink=0.98)]
    plots = [("Spread", "The spread falls from 1 to 0.1", samples.PLOT, samples.PLOT)] * 2
    sweep = [samples.run(f"gain = {point / 8}", value=point / 8) for point in range(4, 20)]
    contents = {
        "init": html.render({**drawn, "command": "winitgen init specs/lstm.yaml -o w.safetensors"}),
        "probe": probe_html.render(samples.probe(), plots, SPEC.read_text()),
        "compared": probe_html.render(samples.probe(*runs), plots),
        "sweep": probe_html.render(samples.probe(*sweep, variable="gain"), plots[:1]),
        "hostile": html.render({**drawn, "model": HOSTILE, "notes": [HOSTILE], "command": HOSTILE}),
    }
    paths = {name: folder / f"{name}.html" for name in contents}
    for name, path in paths.items():
        path.write_text(contents[name], "utf-8")
    return paths


HOSTILE = (
    '</title></script><script>alert(1)</script><img src=x onerror="alert(2)"><svg onload=alert(3)> \'"&lt;'
)


@pytest.fixture(params=["init", "probe", "compared", "sweep", "hostile"])
def page(request: pytest.FixtureRequest, pages: dict[str, Path]) -> Path:
    """Return each of the pages."""
    return pages[request.param]


@pytest.fixture
def read(browser: Any) -> Callable[..., Reader]:
    """Return a function that opens a page with a width, a colour scheme and a medium."""

    def read(path: Path, *, width: int = 1280, scheme: str = "light", media: str = "screen") -> Reader:
        return Reader(browser, path, width=width, scheme=scheme, media=media)

    return read

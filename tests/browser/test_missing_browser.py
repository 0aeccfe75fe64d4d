import re
from collections.abc import Callable
from typing import Any

import pytest

MISSING = "a_browser_that_nobody_has_written"

each_kind = pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("program", "install it with: apt-get install chromium chromium-driver"),
        ("library", "install it with: pip install -e '.[browser,plot]'"),
    ],
    ids=["program", "library"],
)


@each_kind
@pytest.mark.parametrize("ci", ["", "false", None])
def test_skipped_outside_ci(
    ci: str | None,
    kind: str,
    remedy: str,
    needed: dict[str, Callable[[str], Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A missing program or library skips the test that needs it, and the reason says what to install."""
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)

    with pytest.raises(pytest.skip.Exception, match=f"^{re.escape(f'{MISSING} is missing; {remedy}')}$"):
        needed[kind](MISSING)


@each_kind
def test_failed_in_ci(
    kind: str, remedy: str, needed: dict[str, Callable[[str], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If CI is true, a missing program or library fails the test: nothing passes by not being run."""
    monkeypatch.setenv("CI", "true")
    reason = f"{MISSING} is needed where CI is true; {remedy}"

    with pytest.raises(pytest.fail.Exception, match=f"^{re.escape(reason)}$"):
        needed[kind](MISSING)


def test_what_is_installed_is_used(
    needed: dict[str, Callable[[str], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program and a library that are installed are used, in CI or not."""
    monkeypatch.setenv("CI", "true")

    assert needed["program"]("sh").endswith("/sh")
    assert needed["library"]("math").pi > 3

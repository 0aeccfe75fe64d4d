import re
from collections.abc import Callable

import pytest

MISSING = "a_framework_that_nobody_has_written"

REMEDY = "install it with: pip install -e '.[frameworks]'"


@pytest.mark.parametrize("ci", ["", "false", None])
def test_skipped_outside_ci(
    ci: str | None, framework: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing framework skips the test that needs it, and the reason says what to install."""
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)

    with pytest.raises(pytest.skip.Exception, match=f"^{re.escape(f'{MISSING} is missing; {REMEDY}')}$"):
        framework(MISSING)


def test_failed_in_ci(framework: Callable[[str], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """If CI is true, a missing framework fails the test: nothing passes by not being run."""
    monkeypatch.setenv("CI", "true")
    reason = f"{MISSING} is needed where CI is true; {REMEDY}"

    with pytest.raises(pytest.fail.Exception, match=f"^{re.escape(reason)}$"):
        framework(MISSING)


def test_what_is_installed_is_used(
    framework: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A framework that is installed is imported, in CI or not."""
    monkeypatch.setenv("CI", "true")

    assert framework("math") is not None

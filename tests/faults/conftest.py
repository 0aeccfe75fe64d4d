"""What the fault tests need of the machine."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.faults.tracer import SUPPORTED

PROGRAMS = ("faketime", "localedef", "mount", "setpriv")


def missing() -> str:
    """Return what is not to be had here, or nothing."""
    if not SUPPORTED:
        return "Linux on x86-64"
    if os.geteuid() != 0:
        return "root"
    return ", ".join(name for name in PROGRAMS if shutil.which(name) is None)


@pytest.fixture(autouse=True)
def _machine() -> None:
    """Skip the test where something is missing, or fail it where CI is true."""
    what = missing()
    if what and os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed where CI is true", pytrace=False)
    if what:
        pytest.skip(f"{what} is needed")

"""What the fault tests need of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

import pytest

from tests.faults.kernel import SUPPORTED

PROGRAMS = ("faketime", "localedef", "mount", "setpriv", "unshare")


@cache
def missing() -> str:
    """Return what is not to be had here, or nothing."""
    if not SUPPORTED:
        return "Linux on x86-64"
    if os.geteuid() != 0:
        return "root"
    if programs := [name for name in PROGRAMS if shutil.which(name) is None]:
        return ", ".join(programs)
    if not os.path.exists("/usr/share/i18n/locales/tr_TR"):
        return "Debian's package locales"
    mounted = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True
    )
    return "the right to mount" if mounted.returncode else ""


@pytest.fixture(autouse=True)
def _machine() -> None:
    """Skip the test where something is missing, or fail it where CI is true."""
    what = missing()
    if what and os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed where CI is true", pytrace=False)
    if what:
        pytest.skip(f"{what} is needed")

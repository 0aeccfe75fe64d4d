"""The fault tests' requirements on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

import pytest

from tests.faults.kernel import SUPPORTED
from tests.needed import missing

PACKAGES = {
    "faketime": "faketime",
    "localedef": "locales",
    "mount": "mount",
    "setpriv": "util-linux",
    "unshare": "util-linux",
}
"""The programs that the tests call, each with the Debian package that provides it."""


@cache
def lacking() -> tuple[str, str] | None:
    """Return what this machine lacks and how to get it, or None if nothing is missing."""
    if not SUPPORTED:
        return "Linux on x86-64", "run the tests there"
    if os.geteuid() != 0:
        return "root", "run the tests with sudo, or in a container"
    if packages := [package for name, package in PACKAGES.items() if shutil.which(name) is None]:
        return "a program", f"install it with: apt-get install {' '.join(packages)}"
    if not os.path.exists("/usr/share/i18n/locales/tr_TR"):
        return "the Turkish locale", "install it with: apt-get install locales"
    mounted = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True
    )
    return ("the right to mount", "start the container with: --privileged") if mounted.returncode else None


@pytest.fixture(autouse=True)
def _machine() -> None:
    """Skip the test if something is missing, or fail it if CI is true."""
    if what := lacking():
        missing(*what)

"""Packages by name, into folders of their own: pip's for this or another machine, Debian's for any processor.

Nothing of the system is changed: apt works in a folder, with the package source the system has for its own
release, and what it fetches is unpacked and not installed.
"""

from __future__ import annotations

import getpass
import platform
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.needed import missing
from tests.portable.child import ROOT

GLIBC = range(17, 37)
"""Minor versions of the C library that a wheel may require: Debian 12 has 2.36."""


def dependencies() -> list[str]:
    """Return winitgen's declared dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return list(project["dependencies"])


def oldest() -> list[str]:
    """Return every dependency at the lowest version that winitgen allows."""
    return [dependency.replace(">=", "==") for dependency in dependencies()]


def from_index(packages: Sequence[str], folder: Path, *, machine: str = "", python: str = "") -> Path:
    """Install wheels into a folder, for another Python (such as 3.11) and machine if given."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", "--no-warn-conflicts", "--target", str(folder)]
    if machine:
        command += ["--implementation", "cp", "--python-version", python]
        for minor in reversed(GLIBC):
            command += ["--platform", f"manylinux_2_{minor}_{machine}"]
        command += ["--platform", f"manylinux2014_{machine}"]
    _fetch([*command, *packages])
    return folder


def from_debian(packages: Sequence[str], folder: Path, architecture: str = "") -> Path:
    """Unpack Debian packages with their dependencies into a folder; return it."""
    for tool in ("apt-get", "dpkg-deb", "dpkg"):
        if shutil.which(tool) is None:
            missing(tool, "it comes with Debian and Ubuntu")
    own = _output(["dpkg", "--print-architecture"])
    apt = _private_apt(folder.with_name(f"{folder.name}-apt"), architecture or own)
    _fetch([*apt, "update"])
    _fetch([*apt, "--yes", "--download-only", "install", *packages])
    for package in sorted(folder.with_name(f"{folder.name}-apt").rglob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True)
    return folder


def _private_apt(folder: Path, architecture: str) -> list[str]:
    """Return the command of an apt-get for one architecture, without installed packages."""
    for name in ("etc/apt", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "etc/apt/sources.list").write_text(_source())
    settings = {
        "Dir": folder,
        "Dir::State::status": folder / "status",
        "Dir::Etc::TrustedParts": "/etc/apt/trusted.gpg.d",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": getpass.getuser(),
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]


def _source() -> str:
    """Return the source of the system's own Debian release."""
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    shown = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    for row in _output(["apt-get", "indextargets", "--format", shown, "Created-By: Packages"]).splitlines():
        if row.split()[1:] == [release, "main"]:
            return f"deb {row}\n"
    remedy = "name it in /etc/apt/sources.list and run: apt-get update"
    return missing("a package source of this Debian release", remedy)


def _fetch(command: Sequence[str]) -> None:
    """Run a command that needs the network; skip the test if it fails, or fail it if CI is true."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        missing("a package index", f"look why this fails: {' '.join(command)} ({done.stderr.strip()})")


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

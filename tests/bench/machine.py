"""Where a run was made: the machine, and the versions of all that was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from tests.bench.options import Options

PACKAGES = ("numpy", "torch", "jax", "keras", "flax", "safetensors", "h5py", "transformers", "click")
"""Packages of the peers whose versions are told."""


def machine() -> dict[str, str]:
    """Return the processor, its cores, the system and the Python."""
    return {
        "processor": processor(),
        "cores": str(cores()),
        "memory": f"{memory() / 2**30:.0f} GiB",
        "system": f"{system()}, {platform.machine()}",
        "python": platform.python_version(),
    }


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Return the bytes of memory that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def available() -> int:
    """Return the bytes of memory that a program could have now; half of all, where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return memory() // 2
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def processor() -> str:
    """Return the name of the processor, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return _said(["sysctl", "-n", "machdep.cpu.brand_string"]) or platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def system() -> str:
    """Return the name of the system and its version."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"


def versions(given: Options) -> dict[str, str]:
    """Return the builds of winitgen, the peers' packages, and which of these are missing."""
    found = {"winitgen": build(given.ours.command)}
    if given.former is not None:
        found["former"] = build(given.former.command)
    asks = (
        "import sys; from importlib.metadata import version, PackageNotFoundError\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, version(name))\n"
        "    except PackageNotFoundError: print(name, 'missing')"
    )
    for line in _said([str(given.peers), "-c", asks, *PACKAGES]).splitlines():
        name, _, version = line.partition(" ")
        found[name] = version
    return found


def build(command: list[object]) -> str:
    """Return a build's version, and by which path it draws, if it tells."""
    words = [str(word) for word in command]
    lines = (_said([*words, "--version", "--verbose"]) or _said([*words, "--version"])).splitlines()
    version = lines[0].removeprefix("winitgen ") if lines else "unknown"
    paths = [line.partition(":")[2].partition("(")[0].strip() for line in lines if line.startswith("values:")]
    return ", ".join([version, *paths])


def _said(words: list[str]) -> str:
    """Return what a program prints, or nothing if there is none or it fails."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""

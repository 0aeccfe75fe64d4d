"""Another release of the library, in a folder of its own, before the installed one on the path of a new process."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ("numpy", "safetensors")
"""Compiled against or by what stays in the environment, so they must have the same version in both places."""


def environment(version: str, folder: Path) -> dict[str, str]:
    """Return the environment of a process that imports this release; install it if it is not the installed one.

    ``folder`` holds a folder for each release, which is used again if it is there. PyTorch is the environment's.
    """
    paths = [str(ROOT)]
    if version != metadata.version("transformers"):
        paths.insert(0, str(_installed(version, folder)))
    threads = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2")}
    return os.environ | threads | {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1"}


def _installed(version: str, folder: Path) -> Path:
    """Return the folder of a release with all that it needs but PyTorch, after installing it there."""
    target = folder / version
    if (target / "transformers").is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(f"{name}=={metadata.version(name)}\n" for name in SHARED))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    requirement = f"transformers=={version}"
    subprocess.run([*pip, "--target", target, "--constraint", constraints, requirement], check=True)
    return target

"""Other processors, emulated: their Debian Python, run by this machine's Debian QEMU."""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from tests.portable.child import ROOT
from tests.portable.packages import dependencies, from_debian, from_index


class Machine(NamedTuple):
    """An emulated machine: the command of its Python, and the environment for it."""

    python: list[str]
    environment: dict[str, str]


def qemu(folder: Path) -> Path:
    """Return the folder of Debian's emulators for this machine."""
    return from_debian(["qemu-user-static"], folder / "qemu") / "usr/bin"


def aarch64(folder: Path, emulators: Future[Path]) -> Machine:
    """Return a 64-bit ARM with Debian's Python and all of winitgen's dependencies, as their wheels."""
    root = from_debian(["python3", "libstdc++6"], folder / "root", "arm64")
    version = _python(root).name.removeprefix("python")
    wheels = from_index(dependencies(), folder / "wheels", machine="aarch64", python=version)
    return _machine(folder, _emulator(emulators.result(), "aarch64"), root, wheels)


def s390x(folder: Path, emulators: Future[Path]) -> Machine:
    """Return a big-endian machine with Debian's own Python, NumPy, cryptography and mpmath."""
    packages = ["python3", "python3-numpy", "python3-cryptography", "python3-mpmath"]
    root = from_debian(packages, folder / "root", "s390x")
    machine = _machine(folder, _emulator(emulators.result(), "s390x"), root)
    # Installation would choose a library for linear algebra; unpacked, NumPy needs its path.
    libraries = [f"/usr/lib/s390x-linux-gnu/{name}" for name in ("blas", "lapack")]
    machine.environment["LD_LIBRARY_PATH"] = os.pathsep.join(libraries)
    return machine


def _emulator(folder: Path, processor: str) -> Path:
    names = (f"qemu-{processor}-static", f"qemu-{processor}")  # the one without an ending from Debian 13 on
    return next(folder / name for name in names if (folder / name).is_file())


def _machine(folder: Path, emulator: Path, root: Path, *packages: Path) -> Machine:
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *packages))),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "OPENBLAS_CORETYPE": "",
        "PYTHONHOME": "",
    }
    return Machine([str(emulator), "-L", str(root), str(_python(root))], environment)


def _python(root: Path) -> Path:
    [python] = root.glob("usr/bin/python3.[0-9]*[0-9]")
    return python

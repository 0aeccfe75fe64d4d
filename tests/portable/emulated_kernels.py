"""The recorded hashes again, drawn by the C kernels on emulated processors: ``python -m tests.portable.emulated_kernels``.

Run by hand: besides a network and a Debian it takes gcc's cross compilers, of the packages ``gcc-aarch64-linux-gnu`` and
``gcc-s390x-linux-gnu``. `test_processors` lets the same processors draw by NumPy.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from pathlib import Path

from tests.portable import compute, emulated
from tests.portable.child import ROOT, differing, run
from tests.portable.emulated import Machine
from tests.portable.packages import from_debian
from tests.portable.test_processors import CORE, SMALL_FORMATS

PRELOADED = """
import sys
from importlib.util import module_from_spec, spec_from_file_location

spec = spec_from_file_location("winitgen.compiled._kernels", {!r})
sys.modules[spec.name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[spec.name])
"""
"""What Python runs when it starts, so that this processor's library is used and not the one beside the sources."""


def compiled(processor: str, headers: Path, folder: Path) -> Path:
    """Compile the kernels for another processor into a folder, as the build hook does; return the library."""
    from winitgen.compiled.build_hook import ABI, FOLDER, GCC, SOURCES

    [python] = headers.glob("usr/include/python3.[0-9]*")
    library = folder / "_kernels.abi3.so"
    subprocess.run(
        [
            *(f"{processor}-linux-gnu-gcc", *GCC, "-shared", "-fPIC", f"-DPy_LIMITED_API={ABI:#x}"),
            *(f"-I{python}", f"-I{python.parent}", "-o", library),
            *(ROOT / FOLDER / name for name in SOURCES),
        ],
        check=True,
    )
    return library


def with_kernels(machine: Machine, processor: str, architecture: str, folder: Path) -> Machine:
    """Return the machine with the kernels, which are loaded whenever its Python starts."""
    headers = from_debian(["libpython3-dev"], folder / "headers", architecture)
    (folder / "start").mkdir()
    library = compiled(processor, headers, folder / "start")
    (folder / "start" / "sitecustomize.py").write_text(PRELOADED.format(str(library)))
    path = os.pathsep.join((str(folder / "start"), machine.environment["PYTHONPATH"]))
    return Machine(machine.python, {**machine.environment, "PYTHONPATH": path})


def path_name(machine: Machine) -> str:
    """Return which path draws on a machine."""
    asked = "from winitgen.compiled.kernels import path_name; print(path_name())"
    environment = {**os.environ, **machine.environment}
    done = subprocess.run(
        [*machine.python, "-c", asked], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout.strip()


def on_64_bit_arm(folder: Path, emulators: Future[Path]) -> list[str]:
    """Return the names of all recorded hashes that differ on a 64-bit ARM."""
    machine = with_kernels(emulated.aarch64(folder, emulators), "aarch64", "arm64", folder)
    assert path_name(machine) == "c"
    about, found = run(compute.SMALL, python=machine.python, environment=machine.environment)
    print(f"{about['machine']}, {len(found)} hashes")
    return differing(compute.SMALL, found)


def on_a_big_endian_machine(folder: Path, emulators: Future[Path]) -> list[str]:
    """Return the names of the recorded hashes of the drawing core that differ on a big-endian machine."""
    machine = with_kernels(emulated.s390x(folder, emulators), "s390x", "s390x", folder)
    assert path_name(machine) == "c"
    plans = folder / "plans"
    plans.write_bytes(pickle.dumps(compute.plans()))
    about, found = run(CORE, "--plans", str(plans), python=machine.python, environment=machine.environment)
    print(f"{about['machine']}, {len(found)} hashes")
    return differing(CORE, found, missing=SMALL_FORMATS)


def main() -> int:
    """Print how many hashes were computed on each machine, and those that differ; return 1 if there are some."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        emulators: Future[Path] = Future()
        emulators.set_result(emulated.qemu(folder / "emulators"))
        different = []
        for row in (on_64_bit_arm, on_a_big_endian_machine):
            (folder / row.__name__).mkdir()
            different += row(folder / row.__name__, emulators)
    print(*different, f"{len(different)} differ", sep="\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())

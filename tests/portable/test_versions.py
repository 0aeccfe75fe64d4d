"""The same bytes with other libraries, and with fewer of this processor's instructions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.portable.child import ROOT, differing, run
from tests.portable.compute import SMALL, about
from tests.portable.packages import from_index, oldest

pytestmark = pytest.mark.slow


def installed(packages: Sequence[str], folder: Path) -> dict[str, str]:
    """Install packages into their own folder; return an environment that prefers them."""
    return {"PYTHONPATH": f"{from_index(packages, folder)}{os.pathsep}{ROOT}"}


def test_the_oldest_of_all_libraries(tmp_path: Path) -> None:
    """NumPy 1.26, h5py 3.11 and the oldest of everything else give the same values and files, including HDF5."""
    environment = installed(oldest(), tmp_path / "oldest")
    found_on, found = run(SMALL, environment=environment)

    assert [] == differing(SMALL, found)
    assert ("1.26.0", "3.11.0", "1.14.2") == tuple(found_on[name] for name in ("numpy", "h5py", "hdf5"))


def test_numpy_2_0(tmp_path: Path) -> None:
    """NumPy 2.0, with an h5py built for it, gives the same bytes."""
    environment = installed(["numpy==2.0.*", "h5py==3.12.*"], tmp_path / "first")
    found_on, found = run(SMALL, environment=environment)

    assert [] == differing(SMALL, found)
    assert ["2.0", "3.12"] == [found_on[name].rpartition(".")[0] for name in ("numpy", "h5py")]


def test_newest_numpy_and_hdf5(tmp_path: Path) -> None:
    """The newest releases for this Python give the same bytes, without the constraints of other packages."""
    environment = installed(["numpy", "h5py"], tmp_path / "newest")
    found_on, found = run(SMALL, environment=environment)

    assert [] == differing(SMALL, found)
    assert (2, 4) <= tuple(map(int, found_on["numpy"].split(".")[:2]))
    assert (3, 16) <= tuple(map(int, found_on["h5py"].split(".")[:2]))


def test_numpy_without_vector_instructions() -> None:
    """The bytes are the same with all of NumPy's processor features off and BLAS at its baseline."""
    off = about()["features"]
    environment = {"NPY_DISABLE_CPU_FEATURES": " ".join(off), "OPENBLAS_CORETYPE": "Prescott"}
    found_on, found = run(SMALL, environment=environment if off else {})

    assert [] == differing(SMALL, found)
    assert [] == found_on["features"]
    assert np.__version__ == found_on["numpy"]


WITHOUT_FUSING = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4"}

FUNCTIONS = """
import math
print([f(0.01 * n).hex() for f in (math.exp, math.log1p, math.sin, math.tan, math.cosh) for n in range(4000)])
"""


def functions(environment: dict[str, str]) -> bytes:
    """Return values of the C library's functions, bit for bit."""
    command = [sys.executable, "-c", FUNCTIONS]
    return subprocess.run(command, capture_output=True, check=True, env={**os.environ, **environment}).stdout


@pytest.mark.skipif(
    sys.platform != "linux" or "fma" not in Path("/proc/cpuinfo").read_text(),
    reason="needs glibc and a processor with FMA",
)
def test_glibc_without_fused_operations() -> None:
    """Without the C library's fused operations, its own functions change, but no byte of winitgen's does."""
    _, found = run(SMALL, environment=WITHOUT_FUSING)

    assert functions({}) != functions(WITHOUT_FUSING)
    assert [] == differing(SMALL, found)

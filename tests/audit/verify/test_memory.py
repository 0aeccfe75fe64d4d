"""Verifying a file takes a small part of its size in memory, with any number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import winitgen
from winitgen import api
from winitgen.files.output.options import WriteOptions
from winitgen.numeric.dtypes import DTYPES

pytestmark = pytest.mark.slow

CHILD = """
import resource, sys
sys.path[:0] = {path!r}
import winitgen
report = winitgen.verify(sys.argv[1], threads=4, digest=True)
with open("/proc/self/status") as status:  # ru_maxrss would count what the parent had before exec
    print(report["totals"]["bytes"], next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""

MEGABYTES = int(os.environ.get("WINITGEN_TEST_MEGABYTES", "256"))
"""The size of the file; set the variable for a gigabyte and more."""


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="needs /proc/self/status, which only Linux has"
)
@pytest.mark.parametrize("ending", ["safetensors", "npz", "h5"])
def test_memory(ending: str, tmp_path: Path) -> None:
    """Comparing and hashing hold a few blocks per thread."""
    path = tmp_path / f"w.{ending}"
    units = MEGABYTES * 2**20 // DTYPES["float32"].itemsize // 4096
    planned = winitgen.plan({"input": 4096, "layers": [{"type": "dense", "units": units, "use_bias": False}]})
    api.write_plan(planned, path, WriteOptions(fsync=False))

    code = CHILD.format(path=sys.path)
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)

    size, peak = map(int, run.stdout.split())
    assert MEGABYTES * 2**20 == size
    assert peak < 120_000  # kilobytes

"""Copying takes the same memory for a base of any size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHILD = """
import sys
sys.path[:0] = {path!r}
import winitgen
shape = [int(sys.argv[1]), 1 << 18]
layers = [
    {{"name": "body", "type": "param", "shape": shape, "dtype": "float32"}},
    {{"name": "head", "type": "param", "shape": [3, 5]}},
]
options = {{"base": sys.argv[2], "only": ["head"], "threads": 4, "fsync": False}}
winitgen.write({{"layers": layers}}, sys.argv[3], **options)
winitgen.verify(sys.argv[3], base=sys.argv[2], threads=4)
with open("/proc/self/status") as status:  # ru_maxrss would count what the parent had before exec
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""

MEGABYTES = int(os.environ.get("WINITGEN_TEST_MEGABYTES", "256"))
"""The size of the larger file; set the variable for a gigabyte and more."""


def peak(megabytes: int, folder: Path) -> int:
    """Copy a tensor of this size from a file, most of which is a hole, and verify it; return the peak in kilobytes."""
    header = json.dumps(
        {"body": {"dtype": "F32", "shape": [megabytes, 1 << 18], "data_offsets": [0, megabytes << 20]}}
        | {
            "head": {
                "dtype": "F32",
                "shape": [3, 5],
                "data_offsets": [megabytes << 20, (megabytes << 20) + 60],
            }
        }
    ).encode()
    base, new = folder / "trained.safetensors", folder / "new.safetensors"
    with base.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + (megabytes << 20) + 60)
    new.unlink(missing_ok=True)
    arguments = [sys.executable, "-c", CHILD.format(path=sys.path), str(megabytes), str(base), str(new)]
    return int(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="needs /proc/self/status, which only Linux has"
)
def test_memory(tmp_path: Path) -> None:
    """Writing, hashing and comparing hold a few blocks per thread."""
    small, large = peak(16, tmp_path), peak(MEGABYTES, tmp_path)

    assert large < 120_000
    assert abs(large - small) < 10_000

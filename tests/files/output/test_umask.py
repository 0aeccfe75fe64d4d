"""A umask that takes permissions from the owner, in the hands of an ordinary user."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[3]
WRITE = """
import os, sys
sys.path.insert(0, {root!r})
import cryptography, h5py, numpy, winitgen
from winitgen.files.formats import FORMATS
spec = {{"input": 3, "layers": [{{"name": "fc", "type": "dense", "units": 2}}]}}
winitgen.write(spec, sys.argv[1] + "/warm/")  # imports what another user may not read
os.setgid(65534); os.setuid(65534); os.umask({mask})
winitgen.write(spec, sys.argv[1] + "/" + {name!r}, fsync={fsync})
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may write into; pytest's own are its user's alone."""
    with TemporaryDirectory(prefix="winitgen-umask-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user; run the tests as root")
@pytest.mark.parametrize("fsync", [True, False])
@pytest.mark.parametrize("mask", [0o777, 0o277, 0o077])
@pytest.mark.parametrize("name", ["w.safetensors", "w.h5", "w/"])
def test_an_output_is_written_whatever_the_umask_takes_away(
    name: str, mask: int, fsync: bool, shared: Path
) -> None:
    """It has the permissions that the umask leaves, and nothing else is there."""
    code = WRITE.format(root=str(ROOT), mask=mask, name=name, fsync=fsync)

    done = subprocess.run(
        [sys.executable, "-c", code, str(shared)], capture_output=True, text=True, check=False, timeout=60
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert {"warm", name.rstrip("/")} == {*os.listdir(shared)}
    usual = 0o777 if name == "w/" else 0o666
    assert usual & ~mask == stat.S_IMODE((shared / name).stat().st_mode)
    if name == "w/":
        assert {0o666 & ~mask} == {stat.S_IMODE(file.stat().st_mode) for file in (shared / name).iterdir()}

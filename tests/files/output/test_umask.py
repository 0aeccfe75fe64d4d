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

from winitgen.files.output.side_file import make_folder

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

SHARDS = """
import os, sys
sys.path.insert(0, {root!r})
import winitgen
spec = {{"input": 3, "layers": [{{"name": "fc", "type": "dense", "units": 2}}]}}
winitgen.write(spec, sys.argv[1] + "/warm/", max_shard_size="0.024KB")
os.setgid(65534); os.setuid(65534); os.umask({mask})
winitgen.write(spec, sys.argv[1] + "/some/w/", max_shard_size="0.024KB")
"""
INDEX = "model.safetensors.index.json"


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


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user; run the tests as root")
@pytest.mark.parametrize("mask", [0o777, 0o277, 0o077])
def test_shards_are_written_whatever_the_umask_takes_away(mask: int, shared: Path) -> None:
    """The files have the permissions that the umask leaves; in folders that are made the owner can go on working."""
    done = subprocess.run(
        [sys.executable, "-c", SHARDS.format(root=str(ROOT), mask=mask), str(shared)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    folder = shared / "some" / "w"

    assert (0, "") == (done.returncode, done.stderr)
    assert {INDEX, *(f"model-0000{number}-of-00002.safetensors" for number in (1, 2))} == {
        *os.listdir(folder)
    }
    assert {0o666 & ~mask} == {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert {0o777 & ~mask | 0o700} == {stat.S_IMODE(one.stat().st_mode) for one in (folder, folder.parent)}


def test_a_folder_for_files_can_be_worked_in(tmp_path: Path) -> None:
    """The umask of the process takes nothing from its owner."""
    before = os.umask(0o777)
    try:
        make_folder(f"{tmp_path}/some/folder/")
        make_folder(f"{tmp_path}/some/folder")
    finally:
        os.umask(before)

    assert [0o700] * 2 == [stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in ("some", "some/folder")]

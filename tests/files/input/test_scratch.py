"""What stops a temporary file is said of it, not of the input that is unpacked into it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

READ = """
import resource, sys
sys.path[:0] = {path!r}
from winitgen.files.input import open_weights
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
try:
    with open_weights(sys.argv[1]) as weights:
        for stored in weights.tensors:
            stored.read(0, stored.size)
    print("read")
except Exception as error:
    print(error)
"""


def of_keras(folder: Path) -> Path:
    """Write an archive of Keras."""
    with h5py.File(folder / "w.h5", "w") as file:
        file["w"] = np.zeros((300, 200))
    with zipfile.ZipFile(folder / "w.keras", "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.write(folder / "w.h5", "model.weights.h5")
    return folder / "w.keras"


def of_numpy(folder: Path) -> Path:
    """Write a deflated array in Fortran's order."""
    np.savez_compressed(folder / "w.npz", w=np.zeros((200, 300)).T)
    return folder / "w.npz"


@pytest.mark.parametrize("write", [of_keras, of_numpy])
@pytest.mark.parametrize("most", [1, 100_000, 1_000_000])
def test_no_room(tmp_path: Path, write: object, most: int) -> None:
    """A temporary file that does not fit is told with its place; a larger one is read."""
    assert callable(write)
    path = write(tmp_path)
    code = READ.format(path=sys.path, most=most)
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)

    full = f"cannot unpack {path} into a temporary file in {tempfile.gettempdir()}: File too large"
    assert ("read" if most == 1_000_000 else full) == run.stdout.rstrip("\n")


@pytest.mark.parametrize("write", [of_keras, of_numpy])
def test_no_folder(tmp_path: Path, write: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no folder takes temporary files, that is the reason."""
    assert callable(write)
    path = write(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    with pytest.raises(UnreadableError) as caught, open_weights(path) as weights:
        weights.tensors[0].read(0, 1)

    why = f"No usable temporary directory found in ['{tmp_path / 'none'}']"
    assert f"cannot unpack {path} into a temporary file: {why}" == str(caught.value)

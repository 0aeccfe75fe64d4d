"""Nothing is taken from a file that a loader would refuse or read otherwise, and nothing is written then."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.base.conftest import TRAINED
from winitgen.importing.weights import of_file
from winitgen.writing.base.choice import BaseChoice
from winitgen.writing.one_file import dry_run

Written = Callable[..., Path]

SUM = "does not have the checksum that the archive says, so that numpy.load refuses it"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """An archive of the trained weights in which a byte of one tensor has changed; numpy.load refuses that one."""
    path = tmp_path / "trained.npz"
    np.savez(path, **TRAINED)
    with zipfile.ZipFile(path) as archive:
        begin = archive.getinfo("body.weight.npy").header_offset
    content = bytearray(path.read_bytes())
    content[begin + 200] ^= 1
    path.write_bytes(content)
    with pytest.raises(zipfile.BadZipFile):
        np.load(path)["body.weight"]
    return path


def refused(call: Callable[[], object], folder: Path) -> str:
    """Return the message of a call that is refused and leaves no file, with names for the paths."""
    before = sorted(os.listdir(folder))
    with pytest.raises(winitgen.UnreadableError) as error:
        call()

    assert before == sorted(os.listdir(folder))
    return str(error.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("out", ["new.safetensors", "new.npz", "new.h5", "new/"])
def test_a_wrong_checksum_of_a_base(out: str, damaged: Path, spec: Written, tmp_path: Path) -> None:
    """It is known before the output has its name; one of a tensor that is not copied is no matter."""
    message = refused(
        lambda: winitgen.write(spec(), f"{tmp_path}/{out}", base=damaged, only=["head.*"]), spec().parent
    )
    only = ["head.*", "body.weight", "body.bias"]

    assert f"a loader may misread trained.npz: 'body.weight.npy' {SUM}" == message
    assert "written" == winitgen.write(spec(), f"{tmp_path}/{out}", base=damaged, only=only).status


NAME = (
    "a loader may misread trained.npz: it holds safetensors, but its name ends in .npz: a loader by that name reads something "
    "else of it, or nothing"
)


def test_what_the_header_of_a_base_tells(spec: Written, base: Written, tmp_path: Path) -> None:
    """A name that claims another container, by which a loader goes; in a dry run too."""
    trained, out, model = str(tmp_path / "trained.npz"), str(tmp_path / "new.npz"), spec()
    os.rename(base(), trained)
    choice = BaseChoice(trained, only=("head.*",))

    assert NAME == refused(lambda: winitgen.write(model, out, base=trained, only=["head.*"]), tmp_path)
    assert NAME == refused(lambda: dry_run(winitgen.plan(model), out, base=choice), tmp_path)


def test_verify_with_a_base(damaged: Path, spec: Written, base: Written, tmp_path: Path) -> None:
    """The base of the comparison is no better than one of a copy."""
    path = tmp_path / "new.safetensors"
    winitgen.write(spec(), path, base=base(), only=["head.*"])

    assert f"a loader may misread trained.npz: 'body.weight.npy' {SUM}" == refused(
        lambda: winitgen.verify(path, base=damaged), tmp_path
    )


def test_values_of_a_layer_spec(damaged: Path, tmp_path: Path) -> None:
    """Whether the digest of the values is right says nothing of the archive."""
    with zipfile.ZipFile(damaged) as archive:
        info = archive.getinfo("body.weight.npy")
    begin = info.header_offset + 30 + len(info.filename) + len(info.extra)
    content = damaged.read_bytes()
    end = content.index(b"PK\3\4", begin)
    digest = hashlib.sha256(content[end - TRAINED["body.weight"].nbytes : end]).hexdigest()
    init = {"scheme": "file", "path": "trained.npz", "tensor": "body.weight", "sha256": digest}
    layer = {"name": "table", "type": "param", "shape": [7, 5], "init": init}
    model = tmp_path / "model.yaml"
    model.write_text(json.dumps({"layers": [layer]}))

    assert f"a loader may misread {damaged.name}: 'body.weight.npy' {SUM}" == refused(
        lambda: winitgen.write(model, tmp_path / "new.npz"), tmp_path
    )


def test_an_import(damaged: Path, base: Written, tmp_path: Path) -> None:
    """Laws that are found in the values, and laws that are guessed by the names."""
    assert f"a loader may misread trained.npz: 'body.weight.npy' {SUM}" == refused(
        lambda: of_file(str(damaged), fit=True, keep=True, folder=str(tmp_path)), tmp_path
    )
    os.replace(base(without=("norm.num_batches_tracked",)), damaged)
    assert NAME == refused(lambda: of_file(str(damaged)), tmp_path)

"""Keras counts whatever stands in the group ``vars`` of a layer, and refuses a file with more than the layer has variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import h5py
import pytest

import winitgen
from tests.audit.readings.words import SPEC
from tests.frameworks.conftest import import_framework

COUNTED = "stands among the variables of a layer, of which Keras counts each: it refuses the file"
PLACE = "layers/dense/vars"
TYPE = h5py.h5t.IEEE_F32LE.dtype


def changed(path: Path, name: str, *, group: bool) -> Path:
    """Write a file of Keras that also has an empty group, or a number format with a name."""
    winitgen.write(SPEC, path, layout="keras")
    with h5py.File(path, "r+") as file:
        if group:
            file.create_group(name)
        else:
            file[name] = TYPE
    return path


@pytest.mark.parametrize(
    ("name", "group", "line"),
    [
        (f"{PLACE}/x", True, f"the empty group '{PLACE}/x' {COUNTED}"),
        (f"{PLACE}/2", True, f"the empty group '{PLACE}/2' {COUNTED}"),
        (f"{PLACE}/x/y", True, f"the empty group '{PLACE}/x/y' {COUNTED}"),
        ("vars/0", True, f"the empty group 'vars/0' {COUNTED}"),
        (f"{PLACE}/x", False, f"the number format '{PLACE}/x' {COUNTED}"),
        ("layers/dense/x", True, ""),
        ("layers/x/vars", True, ""),
    ],
)
def test_what_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, group: bool, line: str
) -> None:
    """All that reads values says so, and `inspect` notes it; Keras itself refuses these files, and loads the others."""
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "jax"))
    path = changed(tmp_path / "w.weights.h5", name, group=group)
    refused: list[str] = []
    calls: list[Any] = [
        lambda: winitgen.verify(path, SPEC, layout="keras"),
        lambda: winitgen.convert(path, tmp_path / "w.npz"),
    ]
    for call in calls:
        try:
            call()
        except winitgen.WinitgenError as error:
            refused.append(str(error))

    told = [f"{path}: {line}", f"a loader may misread {path}: {line}"] if line else []
    assert (told, [line] if line else []) == (refused, winitgen.inspect(path)["notes"])
    assert bool(line) != _is_loaded(path)


def _is_loaded(path: Path) -> bool:
    keras = import_framework("keras")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    try:
        model.load_weights(path)
    except ValueError:
        return False
    return True

"""Entries of Keras's index that its loader passes over: groups that no layer of a model has, and shards without a group's variables."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from tests.files.shards.conftest import SPEC, write
from tests.frameworks.conftest import import_framework
from winitgen.files.input import open_weights

DENSE, EXTRA = "/layers/dense/vars", "/layers/extra/vars"
FIRST, LAST = "w_00000.weights.h5", "w_00002.weights.h5"

Change = Callable[[dict[str, Any], Path], None]


def entries(**given: Any) -> Change:
    """Return a change of the index that gives groups to shards."""
    return lambda places, folder: places.update({f"/layers/{name}/vars": given[name] for name in given})


def with_group(group: str, shard: str, change: Change) -> Change:
    """Return a change that also adds an empty group to a shard."""

    def changed(places: dict[str, Any], folder: Path) -> None:
        change(places, folder)
        with h5py.File(folder / shard, "a") as file:
            file.require_group(group)

    return changed


CHANGES = [
    (entries(extra=FIRST), EXTRA, FIRST),
    (entries(extra=LAST), EXTRA, LAST),
    (with_group(EXTRA, FIRST, entries(extra=FIRST)), EXTRA, FIRST),
    (entries(dense=[FIRST, LAST]), DENSE, LAST),
    (entries(dense=[LAST, FIRST]), DENSE, LAST),
    (with_group(DENSE, LAST, entries(dense=[FIRST, LAST])), DENSE, LAST),
    (entries(**{"\udcff": FIRST}), "/layers/\udcff/vars", FIRST),
]


@pytest.mark.parametrize(("change", "entry", "shard"), CHANGES, ids=range(len(CHANGES)))
def test_passed_over(change: Change, entry: str, shard: str, out: Path) -> None:
    """All values are read and verified, and the entry is a note."""
    write(out, **KERAS)
    rewrite(out, change)
    note = f"its index gives {entry!r} to {shard!r}, which has none of its variables"

    assert [note] == winitgen.inspect(out)["notes"]
    assert "verified" == winitgen.verify(out, SPEC, layout="keras")["status"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(("change", "entry", "shard"), CHANGES, ids=range(len(CHANGES)))
def test_as_keras(change: Change, entry: str, shard: str, out: Path) -> None:
    """Keras loads the same values by such an index."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = import_framework("keras")
    write(out, **KERAS)
    with open_weights(out) as weights:
        kernels = [one.read(0, one.size) for one in weights.tensors if one.name.endswith("vars/0")]
    rewrite(out, change)
    model = keras.Sequential([keras.Input((3,)), *map(keras.layers.Dense, (5, 7, 2))])
    model.load_weights(out / "w.weights.json")

    assert all(map(np.array_equal, kernels, (one.ravel() for one in model.get_weights()[::2])))


KERAS: dict[str, Any] = {"layout": "keras", "format": "keras-h5", "shard_name": "w"}


def rewrite(folder: Path, change: Change) -> None:
    """Change the index of a folder."""
    path = folder / "w.weights.json"
    index = json.loads(path.read_text())
    change(index["weight_map"], folder)
    path.write_text(json.dumps(index))

"""Groups in Keras's own file: what Keras loads, and the note for those who would build a model within a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.conftest import import_framework


def spec_of(*names: str) -> dict[str, Any]:
    """Return a spec with groups of these names, with one layer each, and a head."""
    inside = [{"name": "fc", "type": "dense", "units": 3}]
    groups: list[Any] = [{"type": "group", "name": name, "layers": inside} for name in names]
    return {"input": 5, "layers": [*groups, {"name": "head", "type": "dense", "units": 2}]}


def notes(spec: dict[str, Any], path: Path) -> Any:
    """Return the notes of a written file in Keras's layout."""
    return winitgen.write(spec, path, layout="keras").report["notes"]


def note(groups: str) -> str:
    """Return the note about some groups."""
    return (
        f"Keras's file has the layers of the {groups} in the model itself; of a model within the model write "
        "'model: sequential' or 'model: functional'"
    )


def test_a_note_names_the_groups(tmp_path: Path) -> None:
    """The outermost ones with a name, in Keras's own file alone; also in a dry run and in shards."""
    nested = spec_of("a")
    nested["layers"][0]["layers"] = [*spec_of("b")["layers"], {"type": "dense", "units": 5}]
    sharded = winitgen.write(spec_of("a", "b"), f"{tmp_path}/s.weights.json", layout="keras")

    assert [note("group a")] == notes(nested, tmp_path / "n.weights.h5")
    assert [note("groups a, b, c, d, e and 2 more")] == notes(spec_of(*"abcdefg"), tmp_path / "m.weights.h5")
    assert [note("groups a, b")] == sharded.report["notes"]
    assert [] == notes(spec_of("a"), tmp_path / "w.h5")
    assert [] == notes(spec_of(), tmp_path / "w.weights.h5")
    models = spec_of("a", "b")
    models["layers"][0] = models["layers"][0] | {"model": "sequential"}
    assert [note("group b")] == notes(models, tmp_path / "o.weights.h5")
    assert "verified" == winitgen.verify(tmp_path / "o.weights.h5")["status"]
    unnamed = spec_of("a")
    del unnamed["layers"][0]["name"]
    assert [] == notes(unnamed, tmp_path / "u.weights.h5")


@pytest.mark.slow
def test_keras_loads_what_the_spec_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the note says: a model within a model finds its variables only if the group is one."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = import_framework("keras")
    layers, spec = keras.layers, spec_of("a")
    notes(spec, tmp_path / "w.weights.h5")
    flat = keras.Sequential([keras.Input((5,)), layers.Dense(3), layers.Dense(2)])
    inner = keras.Sequential([layers.Dense(3)], name="a")
    nested = keras.Sequential([keras.Input((5,)), inner, layers.Dense(2)])
    flat.load_weights(tmp_path / "w.weights.h5")

    drawn = winitgen.generate(spec, layout="keras")
    assert [array.tolist() for array in drawn.values()] == [
        np.asarray(one.value).tolist() for one in flat.weights
    ]
    with pytest.raises(ValueError, match="objects could not be loaded"):
        nested.load_weights(tmp_path / "w.weights.h5")
    spec["layers"][0]["model"] = "sequential"
    notes(spec, tmp_path / "m.weights.h5")
    nested.load_weights(tmp_path / "m.weights.h5")
    assert [array.tolist() for array in drawn.values()] == [
        np.asarray(one.value).tolist() for one in nested.weights
    ]

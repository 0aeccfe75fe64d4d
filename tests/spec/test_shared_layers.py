"""Layers that say the same are read once, and are one struct; those that may differ are not."""

from __future__ import annotations

from typing import Any

import pytest

from winitgen.load import load_spec
from winitgen.spec.layers import LayerReader

RELU = {"type": "dense", "name": "fc", "units": 4, "activation": "relu"}


def _repeated(times: int, *layers: dict[str, Any]) -> dict[str, Any]:
    return {
        "input": 4,
        "layers": [{"type": "repeat", "times": times, "name": "b{i}", "layers": list(layers)}],
    }


def _structs(spec: dict[str, Any]) -> list[Any]:
    """Return the layers inside the first repetitions."""
    rounds: Any = load_spec(spec).layers[0].layer
    return [entry.layer for one in rounds.layers for entry in one.layer.layers]


@pytest.mark.parametrize("times", [3, 300])
def test_a_repeated_layer_is_read_once(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is repeated, its options are read for the first repetition only."""
    read, kinds = LayerReader._struct, []

    def counted(self: LayerReader, mapping: Any, kind: Any, *more: Any) -> Any:
        kinds.append(kind.type)
        return read(self, mapping, kind, *more)

    monkeypatch.setattr(LayerReader, "_struct", counted)
    first, *others = _structs(_repeated(times, RELU))

    assert ["repeat", "dense"] == kinds
    assert all(other is first for other in others)
    assert times == 1 + len(others)


def test_layers_written_apart_are_one() -> None:
    """Names make no difference to what is shared: they are in the entries."""
    spec = load_spec(
        {
            "input": 4,
            "layers": [RELU, {**RELU, "name": "other"}, {**RELU, "name": "third", "use_bias": False}],
        }
    )
    first, second, third = (entry.layer for entry in spec.layers)

    assert first is second
    assert third is not first


def test_what_a_variable_says_is_read_for_each_repetition() -> None:
    """A layer whose sizes depend on the repetition has the sizes of each; equal ones are one struct."""
    wide = {**RELU, "units": "${4 if i < 2 else 8}"}
    first, second, third = _structs(_repeated(3, wide))

    assert (4, 4, 8) == (first.units, second.units, third.units)
    assert first is second


def test_a_sign_of_zero_is_told_apart() -> None:
    """0.0 and -0.0 are equal, but not the same values."""
    inits = [{"scheme": "constant", "value": value} for value in (0.0, -0.0, 0.0)]
    spec = load_spec(
        {"input": 4, "layers": [{**RELU, "name": f"fc{n}", "init": init} for n, init in enumerate(inits)]}
    )
    first, second, third = (entry.layer for entry in spec.layers)

    assert ["0.0", "-0.0", "0.0"] == [str(layer.init.options["value"]) for layer in (first, second, third)]
    assert first is third


def test_default_names_are_not_shared() -> None:
    """Layers without a name are numbered, although they say the same."""
    spec = load_spec({"input": 4, "layers": [{"type": "dense", "units": 4}] * 3})

    assert ["dense_0", "dense_1", "dense_2"] == [entry.name for entry in spec.layers]
    assert 1 == len({id(entry.layer) for entry in spec.layers})

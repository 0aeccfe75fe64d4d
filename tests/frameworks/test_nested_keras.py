"""Models within models in Keras's own file: Keras loads each strictly, and every variable has its values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

Spec = dict[str, Any]


def dense(name: str, units: int, **options: Any) -> Spec:
    """Return a dense layer with biases that tell it from others."""
    return {"name": name, "type": "dense", "units": units, "bias_init": "normal", **options}


def group(name: str, kind: str, *layers: Spec, **options: Any) -> Spec:
    """Return a group that is a model of its own."""
    return {"type": "group", "name": name, "model": kind, "layers": [*layers], **options}


def towers(keras: Any) -> Any:
    """Return a model of two models side by side, of which the second is made of another one."""
    layers, x = keras.layers, keras.Input((5,))
    stem = layers.Dense(6, name="stem")(x)
    left = keras.Sequential([keras.Input((6,)), layers.Dense(4, name="a"), layers.Dense(3, name="b")])
    inside = keras.Sequential([keras.Input((6,)), layers.Dense(7, name="c"), layers.Dense(6, name="d")])
    y = keras.Input((6,))
    z = layers.Add()([inside(y), layers.Dense(6, name="e")(y)])
    right = keras.Model(y, layers.Dense(3, name="f")(layers.LayerNormalization(name="n", epsilon=1e-5)(z)))
    both = layers.Add()([left(stem), right(stem)])
    return keras.Model(x, layers.Dense(2, name="head")(both))


TOWERS: Spec = {
    "input": 5,
    "layers": [
        dense("stem", 6),
        group("left", "sequential", dense("a", 4), dense("b", 3)),
        group(
            "right",
            "functional",
            group("inside", "sequential", dense("c", 7), dense("d", 6)),
            dense("e", 6, **{"from": "input"}),
            {"type": "add", "name": "z", "from": ["inside", "e"]},
            {"name": "n", "type": "layer_norm"},
            dense("f", 3),
            **{"from": "stem"},
        ),
        {"type": "add", "name": "both", "from": ["left", "right"]},
        dense("head", 2),
    ],
}


def chain(keras: Any) -> Any:
    """Return a Sequential with a Sequential first, a second of the same class, and single layers between."""
    layers = keras.layers
    backbone = keras.Sequential(
        [layers.Conv2D(4, 3, name="c1"), layers.BatchNormalization(name="bn", epsilon=1e-5)]
    )
    second = keras.Sequential([layers.Dense(6, name="a"), layers.Dense(5, name="b")])
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            backbone,
            layers.Conv2D(2, 3, name="c2"),
            layers.Flatten(),
            second,
            layers.Dense(3, name="head"),
        ]
    )


CHAIN: Spec = {
    "input": [3, 8, 8],
    "layers": [
        group(
            "backbone",
            "sequential",
            {"name": "c1", "type": "conv2d", "filters": 4, "kernel_size": 3, "bias_init": "normal"},
            {"name": "bn", "type": "batch_norm"},
        ),
        {"name": "c2", "type": "conv2d", "filters": 2, "kernel_size": 3, "bias_init": "normal"},
        {"type": "flatten"},
        group("second", "sequential", dense("a", 6), dense("b", 5)),
        dense("head", 3),
    ],
}


def joined(keras: Any) -> Any:
    """Return a model whose inner model takes two tensors, after a layer that is made later but is deeper."""
    layers, x = keras.layers, keras.Input((5,))
    p, q = keras.Input((4,)), keras.Input((3,))
    inner = keras.Model(
        [p, q], layers.Dense(2, name="t")(layers.Concatenate()([layers.Dense(6, name="u")(p), q]))
    )
    one = layers.Dense(4, name="one")(x)
    two = layers.Dense(3, name="two")(layers.Dense(7, name="deep")(x))
    return keras.Model(x, layers.Dense(2, name="head")(inner([one, two])))


JOINED: Spec = {
    "input": 5,
    "layers": [
        dense("one", 4),
        dense("deep", 7, **{"from": "input"}),
        dense("two", 3),
        group(
            "inner",
            "functional",
            dense("u", 6, **{"from": "one"}),
            {"type": "concat", "name": "c", "from": ["u", "two"]},
            dense("t", 2),
        ),
        dense("head", 2),
    ],
}

MODELS: dict[str, tuple[Callable[[Any], Any], Spec]] = {
    "towers": (towers, TOWERS),
    "chain": (chain, CHAIN),
    "joined": (joined, JOINED),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_within_models(name: str, keras: Any, load: Callable[..., None]) -> None:
    """Every variable of Keras's model has the values that the spec gives the layer of its name."""
    build, spec = MODELS[name]
    model = build(keras)
    load(model, spec)
    drawn = winitgen.generate(spec, layout="keras")
    found = {}
    for variable in model.weights:
        layer, role = variable.path.split("/")[-2:]
        found[layer, role] = np.asarray(variable.value)

    assert len(found) == len(model.weights) == len(drawn)
    for key, values in drawn.items():
        layer, role = key.split("/")[-2:]
        np.testing.assert_array_equal(values, found[layer, role])


@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("name", ["towers"])
def test_shards_of_models_within_models(name: str, keras: Any, tmp_path: Path) -> None:
    """The index is Keras's own, and so are the variables in each shard."""
    build, spec = MODELS[name]
    model = build(keras)
    winitgen.write(spec, tmp_path / "w.weights.json", layout="keras", max_shard_size="0.8KB")
    model.save_weights(tmp_path / "k.weights.json", max_shard_size=800 / 1024**3)
    ours, theirs = (json.loads((tmp_path / f"{stem}.weights.json").read_text()) for stem in "wk")
    model.load_weights(tmp_path / "w.weights.json")

    renamed = json.loads(json.dumps(theirs).replace("k_0", "w_0"))
    assert renamed == ours
    for shard in {
        one for own in ours["weight_map"].values() for one in ([own] if isinstance(own, str) else own)
    }:
        pair = [winitgen.inspect(tmp_path / name)["tensors"] for name in (shard, f"k{shard[1:]}")]
        names = [{row["name"]: row["shape"] for row in rows} for rows in pair]
        assert names[1] == names[0]

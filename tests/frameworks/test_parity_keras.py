"""The same outputs from PyTorch and from Keras, from one spec and one seed, through Keras's own file."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks import parity
from tests.frameworks.keras_models import MODELS, block_spec, keras_block, tied_head, torch_block

pytestmark = pytest.mark.slow


def spec_of(name: str) -> dict[str, Any]:
    """Return a spec of `parity` for Keras: with both biases of a GRU, and positions as a layer."""
    spec = {key: value for key, value in parity.SPECS[name].items() if key != "rules"}
    if name == "transformer":
        places = {"name": "places", "type": "positional_embedding", "count": parity.POSITIONS, "dim": 12}
        spec["layers"] = [places if layer.get("name") == "places" else layer for layer in spec["layers"]]
    return spec


def fed(batch: Any) -> np.ndarray:
    """Return PyTorch's batch in Keras's layout: images with channels last."""
    array = batch.numpy()
    return np.moveaxis(array, 1, -1) if array.ndim > 3 else array


def named(model: Any) -> dict[str, Any]:
    """Return a model's variables by their paths; those of a Sequential begin with its own name."""
    paths = [variable.path.removeprefix("sequential/").replace(".", "/") for variable in model.weights]
    return {path: np.asarray(variable) for path, variable in zip(paths, model.weights, strict=True)}


@pytest.mark.parametrize("name", MODELS)
def test_outputs_agree(
    name: str, keras: Any, torch: Any, weights: Callable[..., Any], load: Callable[..., None]
) -> None:
    """The models of PyTorch and Keras give the same outputs for the same spec."""
    spec, batch = spec_of(name), parity.batch_of(parity.SPECS[name], torch)
    module, model = parity.MODULES[name](torch).eval(), MODELS[name](keras)
    state = weights(spec)
    module.load_state_dict({key.replace("places.weight", "places"): value for key, value in state.items()})
    load(model, spec)
    with torch.no_grad():
        expected = module(batch).numpy()

    parity.assert_same(model.predict(fed(batch), verbose=0), expected)


@pytest.mark.parametrize("name", MODELS)
def test_names_are_keras_own(name: str, keras: Any, load: Callable[..., None]) -> None:
    """A tensor has the name of Keras's variable, and its values, bit for bit."""
    spec, model = spec_of(name), MODELS[name](keras)
    load(model, spec)
    tensors = winitgen.generate(spec, layout="keras")

    assert {key: array.shape for key, array in named(model).items()} == {
        key: array.shape for key, array in tensors.items()
    }
    assert [] == [key for key, array in named(model).items() if array.tobytes() != tensors[key].tobytes()]


@pytest.mark.parametrize("name", ["shortcut last", "shortcut first", "shortcut made first, added last"])
def test_a_branching_model(
    name: str, keras: Any, torch: Any, fill: Callable[..., Any], load: Callable[..., None]
) -> None:
    """Layers of the same class and shape in two branches are matched, whichever was made first."""
    spec, model = block_spec(name), keras_block(keras, name)
    module = fill(torch_block(torch), spec).eval()
    batch = parity.batch_of(spec, torch)
    load(model, spec)
    with torch.no_grad():
        expected = module(batch).numpy()

    parity.assert_same(model.predict(fed(batch), verbose=0), expected)


def branching(seed: int) -> list[dict[str, Any]]:
    """Return layers of one size, each with any earlier layers as inputs."""
    random, names = Random(seed), ["input"]  # noqa: S311
    layers: list[dict[str, Any]] = []
    for index in range(random.randint(4, 14)):
        name, kind = f"n{index}", random.choice(["dense", "layer_norm", "batch_norm", "add", "add"])
        taken: Any = random.choice(names)
        layer: dict[str, Any] = {"name": name, "type": kind, "from": taken}
        if kind == "add":
            layer["from"] = [taken, random.choice(names)]
        elif kind == "dense":
            layer["units"] = 4
        else:
            layer["init"], layer["activation"] = "normal", random.choice(["relu", "tanh"])
        layers.append(layer)
        names.append(name)
    return [*layers, {"name": "last", "type": "dense", "units": 4}]


def built(keras: Any, layers: list[dict[str, Any]]) -> Any:
    """Return the Functional model of such layers; a layer without consumers is an output."""
    classes = keras.layers
    given = {"input": keras.Input((4,))}
    taken: set[str] = set()
    for index, layer in enumerate(layers):
        name, sources = layer["name"], layer.get("from", layers[index - 1]["name"])
        sources = [sources] if isinstance(sources, str) else sources
        taken.update(sources)
        inputs = [given[source] for source in sources]
        if layer["type"] == "dense":
            out = classes.Dense(4, name=name)(inputs[0])
        elif layer["type"] == "add":
            out = classes.Add()(inputs)
        else:
            kind = {"layer_norm": "LayerNormalization", "batch_norm": "BatchNormalization"}[layer["type"]]
            out = classes.Activation(layer["activation"])(getattr(classes, kind)(name=name)(inputs[0]))
        given[name] = out
    ends = [layer["name"] for layer in layers if layer["name"] not in taken]
    return keras.Model(given["input"], [given[end] for end in ends])


@pytest.mark.parametrize("seed", range(12))
def test_any_branching_model(seed: int, keras: Any, load: Callable[..., None]) -> None:
    """The tensors follow Keras's order of layers, however they are connected."""
    layers = branching(seed)
    spec = {"input": 4, "defaults": parity.DEFAULTS, "layers": layers}
    model = built(keras, layers)
    load(model, spec)
    tensors = winitgen.generate(spec, layout="keras")

    assert [] == [key for key, array in named(model).items() if array.tobytes() != tensors[key].tobytes()]


def test_heads_that_share_keys(
    keras: Any, torch: Any, weights: Callable[..., Any], load: Callable[..., None]
) -> None:
    """With fewer heads for keys and values, the outputs are those of Keras's grouped query attention."""
    layer = {"name": "att", "type": "multi_head_attention", "heads": 4, "kv_heads": 2, "head_dim": 3}
    spec = {"input": [7, 10], "defaults": parity.DEFAULTS, "layers": [layer]}
    x = keras.Input((7, 10))
    model = keras.Model(x, keras.layers.GroupQueryAttention(3, 4, 2, name="att")(x, x))
    load(model, spec)
    state, batch = weights(spec), parity.batch_of(spec, torch)

    def part(name: str, signal: Any) -> Any:
        return torch.nn.functional.linear(signal, state[f"att.{name}.weight"], state[f"att.{name}.bias"])

    heads = [part(name, batch).unflatten(-1, (-1, 3)).transpose(1, 2) for name in ("query", "key", "value")]
    seen = torch.nn.functional.scaled_dot_product_attention(*heads, enable_gqa=True)
    expected = part("output", seen.transpose(1, 2).flatten(2)).numpy()

    parity.assert_same(model.predict(batch.numpy(), verbose=0), expected)


def test_a_head_that_is_the_embedding(keras: Any, load: Callable[..., None]) -> None:
    """A head tied to the embedding and omitted is Keras's reversible embedding."""
    model, spec = tied_head(keras)
    load(model, spec)

    assert (
        winitgen.generate(spec, layout="keras")["words/embeddings"].tolist()
        == named(model)["words/embeddings"].tolist()
    )


@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16"])
def test_other_number_formats(dtype: str, keras: Any, load: Callable[..., None]) -> None:
    """Keras reads every number format that it knows, and converts it to that of its variables."""
    model = MODELS["mlp"](keras)
    load(model, spec_of("mlp"), dtype=dtype)
    tensors = winitgen.generate(spec_of("mlp"), layout="keras", dtype=dtype)

    assert [] == [
        key for key, array in named(model).items() if array.tobytes() != tensors[key].astype("f4").tobytes()
    ]

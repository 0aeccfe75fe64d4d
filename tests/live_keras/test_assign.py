"""A model of Keras has after `assign` what it has after it loaded the file, and whatever does not fit is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
import winitgen.keras
from tests.frameworks.conftest import import_framework
from tests.frameworks.keras_models import MODELS, block_spec, keras_block, tied_head
from tests.frameworks.test_nested_keras import MODELS as NESTED
from tests.frameworks.test_parity_keras import spec_of
from winitgen.checkpoint.opened import Checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:Layer .* does not support masking")

DENSE: dict[str, Any] = {"input": 4, "layers": [{"name": "fc", "type": "dense", "units": 3}]}


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return Keras on JAX, with its counters of names reset."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    import_framework("jax")
    keras = import_framework("keras")
    keras.backend.clear_session()
    return keras


def values(model: Any) -> list[tuple[str, str, bytes]]:
    """Return the path, the number format and the bits of each variable, with those of random numbers."""
    return [(one.path, str(one.dtype), np.asarray(one.value).tobytes()) for one in model.variables]


def of_a_class(keras: Any) -> tuple[Any, dict[str, Any]]:
    """Return a model of a class of its own, whose layers are attributes, in lists, and a model within it, and its spec."""
    layers = keras.layers

    class Written(keras.Model):  # type: ignore[misc]  # its class is not typed
        """Keras's file of a Functional model has the same layers by their classes alone."""

        def __init__(self) -> None:
            super().__init__()
            self.first = layers.Dense(3)
            self.blocks = [layers.Dense(3), layers.BatchNormalization()]
            self.again = self.blocks[0]
            self.inner = keras.Sequential([layers.Dense(4), layers.Dense(3)])
            self.last = layers.Dense(3)

        def call(self, x: Any) -> Any:
            """Return the outputs."""
            return self.last(self.inner(self.blocks[1](self.blocks[0](self.first(x)))))

    model = Written()
    model(np.zeros((1, 3), np.float32))
    first, block, last = ({"name": name, "type": "dense", "units": 3} for name in ("a", "b", "z"))
    within = [{"name": "c", "type": "dense", "units": 4}, {"name": "d", "type": "dense", "units": 3}]
    inner = {"type": "group", "name": "inner", "model": "sequential", "layers": within}
    return model, {"input": 3, "layers": [first, block, {"name": "n", "type": "batch_norm"}, inner, last]}


def with_parents(keras: Any) -> Any:
    """Return a model of a class of its own whose layers know each other, which Keras itself cannot load."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a"), layers.Dense(3, name="b")])

    class Written(keras.Model):  # type: ignore[misc]  # its class is not typed
        """Holds two layers as attributes."""

        def __init__(self) -> None:
            super().__init__(name="net")
            self.first, self.second = model.layers
            vars(self.first)["other"], vars(self.second)["other"] = self.second, self.first

        def call(self, x: Any) -> Any:
            """Return the outputs."""
            return self.second(self.first(x))

    written = Written()
    written(np.zeros((1, 4), np.float32))
    return written


CASES: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    **{
        name: lambda keras, name=name: (MODELS[name](keras), spec_of(name))
        for name in ("mlp", "convolutions", "decoder", "recurrent", "transformer")
    },
    **{name: lambda keras, pair=NESTED[name]: (pair[0](keras), pair[1]) for name in ("towers", "chain")},
    **{
        name: lambda keras, name=name: (keras_block(keras, name), block_spec(name))
        for name in ("shortcut last", "shortcut made first, added last")
    },
    "tied": tied_head,
    "of a class": of_a_class,
}


@pytest.mark.parametrize("name", CASES)
def test_the_model_has_the_values_of_the_file(name: str, keras: Any, tmp_path: Path) -> None:
    """Bit for bit, whatever the layers are called; a seed that is not the spec's, too."""
    model, spec = CASES[name](keras)
    path = tmp_path / "model.weights.h5"
    winitgen.write(spec, path, layout="keras", seed=5, fsync=False)
    model.load_weights(path)
    loaded = values(model)
    for variable in model.weights:
        variable.assign(np.full(variable.shape, 7.0, variable.dtype))

    winitgen.keras.assign(model, spec, seed=5)

    assert loaded == values(model)


def test_random_states_metrics_and_the_optimizer_are_left_alone(keras: Any) -> None:
    """A compiled model that has trained keeps everything but its weights."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(3)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    model.fit(np.ones((8, 4)), np.ones((8, 3)), verbose=0)
    weights = {id(one) for one in model.weights}

    def others() -> list[bytes]:
        state = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        return [np.asarray(one.value).tobytes() for one in state if id(one) not in weights]

    before = others()
    spec = {
        "input": 4,
        "layers": [
            {"name": "a", "type": "dense", "units": 8},
            {"type": "dropout"},
            {"name": "b", "type": "dense", "units": 3},
        ],
    }
    winitgen.keras.assign(model, spec)

    assert before == others()
    assert len(before) > 10
    drawn = winitgen.generate(spec, layout="keras").values()
    assert [one.tobytes() for one in drawn] == [np.asarray(one.value).tobytes() for one in model.weights]


def test_a_layer_that_is_called_twice_is_found_by_its_name(keras: Any) -> None:
    """Keras's file has no place for it; the names of variables say what is meant."""
    x, shared = keras.Input((4,)), keras.layers.Dense(4, name="a")
    model = keras.Model(x, shared(keras.layers.Dense(4, name="c")(shared(x))))
    both = {"kernel": "a", "bias": "a"}
    layers = [
        {"name": "b", "type": "dense", "units": 4, "tied_to": both, "tied": "omit"},
        {"name": "c", "type": "dense", "units": 4},
        {"name": "a", "type": "dense", "units": 4},
    ]
    spec = {"input": 4, "layers": layers}
    winitgen.keras.assign(model, spec)

    drawn = winitgen.generate(spec, layout="keras")
    assert {name: one.tobytes() for name, one in drawn.items()} == {
        one.path: np.asarray(one.value).tobytes() for one in model.weights
    }


def test_bfloat16(keras: Any) -> None:
    """A model in another number format takes a spec in the same one."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, dtype="bfloat16")])
    winitgen.keras.assign(model, DENSE, dtype="bfloat16")
    drawn = winitgen.generate(DENSE, layout="keras", dtype="bfloat16")

    assert [one.tobytes() for one in drawn.values()] == [
        np.asarray(one.value).tobytes() for one in model.weights
    ]


@pytest.mark.filterwarnings("ignore:Explicitly requested dtype float64")
def test_float64_that_jax_has_made_float32_is_refused(keras: Any) -> None:
    """Keras calls the variable float64 all the same; nothing is rounded in silence."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, dtype="float64")])

    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.keras.assign(model, DENSE, dtype="float64")
    assert "model: fc/kernel is float32, not float64\nmodel: fc/bias is float32, not float64" == str(
        caught.value
    )


def unbuilt(keras: Any) -> Any:
    """Return a model that has seen no shape."""
    return keras.Sequential([keras.layers.Dense(3)], name="net")


def other(keras: Any) -> Any:
    """Return a model with another shape, another format, a layer too many, and none for `fc2`."""
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, name="a", dtype="float16"), layers.LayerNormalization(name="n")]
    )


def with_lora(keras: Any) -> Any:
    """Return a model that is to be fine-tuned."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="a")])
    model.layers[0].enable_lora(2)
    return model


def surplus(keras: Any) -> Any:
    """Return a model with a layer too many, which has the name of the spec's; Keras's file has the first one."""
    x, layers = keras.Input((4,)), keras.layers
    return keras.Model(x, layers.Dense(3, name="fc")(layers.Dense(3, name="a")(x)))


REFUSED: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    (
        "the layer 'a' has LoRA enabled, whose matrices the spec has not; "
        "call assign first, and enable_lora then"
    ): (with_lora, DENSE),
    (
        "model: fc/kernel is missing\nmodel: fc/bias is missing\nmodel: fc2/kernel is missing\nmodel: fc2/bias is missing\n"
        "model: sequential/a/bias is not among the tensors of the spec\n"
        "model: sequential/a/kernel is not among the tensors of the spec\n"
        "model: sequential/b/bias is not among the tensors of the spec\n"
        "model: sequential/b/kernel is not among the tensors of the spec"
    ): (
        with_parents,
        {**DENSE, "layers": [*DENSE["layers"], {"name": "fc2", "type": "dense", "units": 3}]},
    ),
    "model is a keras.Model, not nothing": (lambda keras: None, DENSE),
    "model is a keras.Model, not an object of type 'Dense'": (lambda keras: keras.layers.Dense(3), DENSE),
    (
        "the model 'net' is not built, so that it has no variables yet; "
        "call it on a batch, or call model.build with the shape of one"
    ): (unbuilt, DENSE),
    (
        "model: fc2/kernel is missing\nmodel: fc2/bias is missing\n"
        "model: sequential/n/beta is not among the tensors of the spec\n"
        "model: sequential/n/gamma is not among the tensors of the spec\n"
        "model: fc/kernel has the shape [4, 5], not [4, 3] and is float16, not float32\n"
        "model: fc/bias has the shape [5], not [3] and is float16, not float32"
    ): (other, {**DENSE, "layers": [*DENSE["layers"], {"name": "fc2", "type": "dense", "units": 2}]}),
    (
        "model: fc/kernel is not among the tensors of the spec, whose fc/kernel is a/kernel\n"
        "model: fc/bias is not among the tensors of the spec, whose fc/bias is a/bias"
    ): (surplus, DENSE),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_fit_is_refused(message: str, keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole text, before anything is drawn."""
    model, spec = REFUSED[message]
    built = model(keras)
    monkeypatch.setattr(Checkpoint, "read", None)

    with pytest.raises(winitgen.WinitgenError) as caught:
        winitgen.keras.assign(built, spec)
    assert message == str(caught.value)


def test_a_plan_in_another_layout_is_refused(keras: Any) -> None:
    """Its tensors are not those of Keras."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])

    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.keras.assign(model, winitgen.plan(DENSE))
    assert "the plan has the layout torch, not keras; plan its spec with layout='keras'" == str(caught.value)


def test_without_keras_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the model is."""
    monkeypatch.setattr("winitgen.keras.needed.find_spec", lambda name: None)

    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.keras.assign(None, DENSE)
    assert "winitgen.keras needs the package keras: pip install keras" == str(caught.value)

"""The tensors of a mixture of experts: the names of model families, and the same values however they are stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing.draw import whole
from winitgen.layouts import tensors
from winitgen.layouts.stack import StackedTensor
from winitgen.numeric.scratch import Workspace

D, U, E = 6, 5, 3
Arrays = dict[str, np.ndarray]


def spec(**options: Any) -> dict[str, Any]:
    """Return a model of one mixture of experts, with random biases."""
    layer = {"name": "mlp", "type": "experts", "count": E, "per_token": 2, "units": U, **options}
    return {"input": [7, D], "defaults": {"bias_init": "normal"}, "layers": [layer]}


def shapes(layout: str = "torch", **options: Any) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the tensors by name."""
    return {name: array.shape for name, array in winitgen.generate(spec(**options), layout=layout).items()}


def parameters(**options: Any) -> Arrays:
    """Return the parameters by id, in their canonical shapes."""
    return {parameter.id: whole(parameter) for parameter in winitgen.plan(spec(**options)).parameters}


MIXTRAL = {"router": "gate", "gate": "experts.{e}.w1", "up": "experts.{e}.w3", "down": "experts.{e}.w2"}
GPT_OSS = {"gate_up": "experts.gate_up_proj", "down": "experts.down_proj"}
SWITCH = {"router": "router.classifier", "up": "experts.expert_{e}.wi", "down": "experts.expert_{e}.wo"}
GRANITE = {"router": "router.layer", "gate_up": "input_linear.weight", "down": "output_linear.weight"}
DEEPSEEK = {"router": "gate", "selection_bias": "gate.e_score_correction_bias"}


def test_mixtral() -> None:
    """Its file has three kernels for each expert."""
    kernels = {"w1": (U, D), "w3": (U, D), "w2": (D, U)}
    expected = {f"mlp.experts.{e}.{name}.weight": shape for e in range(E) for name, shape in kernels.items()}

    assert {"mlp.gate.weight": (E, D), **expected} == shapes(use_bias=False, names=MIXTRAL)


def test_gpt_oss() -> None:
    """It has the inputs first, gate and up in one kernel, and biases of everything."""
    stored = {"stacked": True, "fused": True, "interleaved": True, "stored": "in_out"}

    assert {
        "mlp.router.weight": (E, D),
        "mlp.router.bias": (E,),
        "mlp.experts.gate_up_proj": (E, D, 2 * U),
        "mlp.experts.gate_up_proj_bias": (E, 2 * U),
        "mlp.experts.down_proj": (E, U, D),
        "mlp.experts.down_proj_bias": (E, D),
    } == shapes(router_bias=True, names=GPT_OSS, **stored)


def test_switch() -> None:
    """Its experts have two kernels, and are numbered in their own names."""
    kernels = {"wi": (U, D), "wo": (D, U)}
    expected = {f"mlp.experts.expert_{e}.{name}.weight": kernels[name] for e in range(E) for name in kernels}

    assert {"mlp.router.classifier.weight": (E, D), **expected} == shapes(
        gated=False, activation="relu", use_bias=False, names=SWITCH
    )


def test_a_stacked_kernel_that_is_a_modules() -> None:
    """A name that ends in .weight stays as it is, and its bias ends in .bias."""
    assert {
        "mlp.router.layer.weight": (E, D),
        "mlp.input_linear.weight": (E, 2 * U, D),
        "mlp.input_linear.bias": (E, 2 * U),
        "mlp.output_linear.weight": (E, D, U),
        "mlp.output_linear.bias": (E, D),
    } == shapes(stacked=True, fused=True, names=GRANITE)


def test_deepseek() -> None:
    """The selection bias is a float32 buffer of zeros, and the router is float32 in a bfloat16 model."""
    found = winitgen.generate(
        {
            **spec(use_bias=False, selection_bias=True, router_dtype="float32", names=DEEPSEEK),
            "dtype": "bfloat16",
        }
    )
    dtypes = {name: str(array.dtype) for name, array in found.items()}

    assert [0.0] * E == found["mlp.gate.e_score_correction_bias"].tolist()
    assert "float32" == dtypes.pop("mlp.gate.weight") == dtypes.pop("mlp.gate.e_score_correction_bias")
    assert {"bfloat16"} == set(dtypes.values())


STORED: dict[str, dict[str, Any]] = {
    "separate": {},
    "named": {"names": MIXTRAL},
    "stacked": {"stacked": True},
    "fused": {"fused": True},
    "stacked, inputs first": {"stacked": True, "stored": "in_out"},
    "interleaved": {"stacked": True, "fused": True, "interleaved": True},
}


@pytest.mark.parametrize("case", STORED)
def test_values_do_not_depend_on_storage(case: str) -> None:
    """Every parameter has the id and the values that it has in separate tensors."""
    expected = parameters()
    found = parameters(**STORED[case])

    assert list(expected) == list(found)
    assert all(np.array_equal(expected[name], found[name]) for name in expected)


@pytest.mark.parametrize("interleaved", [False, True])
@pytest.mark.parametrize("stored", [None, "in_out"])
def test_stacked(stored: str | None, interleaved: bool) -> None:
    """A stacked kernel has the experts first; gate and up follow one another, or alternate, along the units."""
    options = {"stored": stored} if stored else {}
    found = winitgen.generate(spec(stacked=True, fused=True, interleaved=interleaved, **options))
    drawn = parameters()
    kernel, bias, down = (found[f"mlp.experts.{name}"] for name in ("gate_up", "gate_up_bias", "down"))
    if stored:
        kernel, down = kernel.swapaxes(1, 2), down.swapaxes(1, 2)
    gate, up = (slice(0, None, 2), slice(1, None, 2)) if interleaved else (slice(0, U), slice(U, None))

    for e in range(E):
        for part, units in (("gate", gate), ("up", up)):
            assert np.array_equal(drawn[f"mlp.experts.{e}.{part}/kernel"], kernel[e, units])
            assert np.array_equal(drawn[f"mlp.experts.{e}.{part}/bias"], bias[e, units])
        assert np.array_equal(drawn[f"mlp.experts.{e}.down/kernel"], down[e])


@pytest.mark.parametrize(
    ("layout", "kernel", "router"),
    [
        ("flax", "params.mlp.experts.{}.kernel", "params.mlp.router.kernel"),
        ("nnx", "mlp.experts.{}.kernel", "mlp.router.kernel"),
        ("keras", "mlp/experts/{}/kernel", "mlp/router/kernel"),
    ],
)
def test_inputs_first(layout: str, kernel: str, router: str) -> None:
    """Flax and Keras have names by path, and kernels (inputs, units), stacked or not."""
    drawn = parameters()
    stacked = winitgen.generate(spec(stacked=True), layout=layout)
    separate = winitgen.generate(spec(), layout=layout)
    slash = "/" if layout == "keras" else "."

    assert np.array_equal(drawn["mlp.router/kernel"].T, separate[router])
    for e in range(E):
        for part in ("gate", "up", "down"):
            expected = drawn[f"mlp.experts.{e}.{part}/kernel"].T
            assert np.array_equal(expected, separate[kernel.format(f"{e}{slash}{part}")])
            assert np.array_equal(expected, stacked[kernel.format(part)][e])


def test_after_a_flatten_in_flax() -> None:
    """What reads a flattened image has its features in the order of channels last; `down` writes the spec's."""
    layers = [{"type": "flatten"}, *spec()["layers"]]
    model = {"input": [2, 3, 1], "layers": layers}
    torch, flax = (winitgen.generate(model, layout=layout) for layout in ("torch", "flax"))
    order = np.arange(6).reshape(2, 3).T.ravel()

    assert np.array_equal(torch["mlp.router.weight"].T[order], flax["params.mlp.router.kernel"])
    assert np.array_equal(torch["mlp.experts.1.up.weight"].T[order], flax["params.mlp.experts.1.up.kernel"])
    assert np.array_equal(torch["mlp.experts.1.down.weight"].T, flax["params.mlp.experts.1.down.kernel"])


def test_in_kerass_own_file_they_are_one_layer() -> None:
    """Keras has no such class: the file has the variables of one of the user's, in the order of the tensors."""
    named = tensors(winitgen.plan(spec(stacked=True), layout="keras"))

    assert [f"layers/experts/vars/{index}" for index in range(len(named))] == [
        one.keras_path for one in named
    ]


def test_one_expert_at_a_time_is_in_memory() -> None:
    """A stack that is transposed is drawn range by range, and what has been returned is not kept."""
    options = {"stacked": True, "fused": True, "interleaved": True, "stored": "in_out"}
    plan = winitgen.plan(spec(**options))
    expected = winitgen.generate(plan.spec)["mlp.experts.gate_up"].ravel()
    tensor = next(tensor for tensor in tensors(plan) if tensor.name == "mlp.experts.gate_up")
    assert isinstance(tensor, StackedTensor)
    found = []
    for start in range(0, tensor.size, 7):
        found.append(tensor.draw(start, min(7, tensor.size - start), Workspace()).copy())
        assert sum(piece.holds for piece in tensor.pieces) <= 1

    assert not any(piece.holds for piece in tensor.pieces)
    assert expected.tolist() == np.concatenate(found).tolist()

"""The torch layout of layers with gates and parts: names, shapes, order, and which values are where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing.draw import whole

Arrays = dict[str, np.ndarray]


def both(**layer: Any) -> tuple[Arrays, Arrays]:
    """Return a layer's parameters by id, in their canonical shapes, and its tensors by name."""
    plan = winitgen.plan({"input": [7, 12], "layers": [{"name": "m", **layer}]})
    return {parameter.id: whole(parameter) for parameter in plan.parameters}, winitgen.generate(plan.spec)


def test_lstm() -> None:
    """An LSTM has PyTorch's names in PyTorch's order; the gates are concatenated along axis 0."""
    parameters, tensors = both(type="lstm", units=3, num_layers=2, bidirectional=True, init="he")
    ends = ("l0", "l0_reverse", "l1", "l1_reverse")

    assert [
        f"m.{kind}_{end}" for end in ends for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    ] == list(tensors)
    assert np.array_equal(
        np.concatenate(list(parameters["m.l1.backward/kernel"])), tensors["m.weight_ih_l1_reverse"]
    )
    assert (12, 6) == tensors["m.weight_ih_l1"].shape
    assert (12, 3) == tensors["m.weight_hh_l0"].shape


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
def test_two_biases_that_are_added(kind: str) -> None:
    """What PyTorch adds up has one drawn bias, and 0: the forget gate is at 1 in all."""
    parameters, tensors = both(type=kind, units=3, init="he")
    total = tensors["m.bias_ih_l0"] + tensors["m.bias_hh_l0"]

    assert parameters["m.l0.forward/bias"].ravel().tolist() == total.tolist()
    assert not tensors["m.bias_hh_l0"].any()
    if kind == "lstm":
        assert [0] * 3 + [1] * 3 + [0] * 6 == total.tolist()


def test_gru() -> None:
    """A GRU's second bias is a parameter of its own."""
    parameters, tensors = both(type="gru", units=3, init="he", bias_init="normal")

    assert parameters["m.l0.forward/bias"].ravel().tolist() == tensors["m.bias_ih_l0"].tolist()
    assert parameters["m.l0.forward/recurrent_bias"].ravel().tolist() == tensors["m.bias_hh_l0"].tolist()
    assert tensors["m.bias_hh_l0"].any()


def test_no_biases() -> None:
    """Without biases a cell has only the two weights."""
    _, tensors = both(type="lstm", units=3, init="he", use_bias=False)

    assert ["m.weight_ih_l0", "m.weight_hh_l0"] == list(tensors)


def test_apart() -> None:
    """The parts of an attention are dense layers below it."""
    parameters, tensors = both(type="multi_head_attention", heads=4, kv_heads=2, names={"output": "o"})
    names = {"m.query": (12, 12), "m.key": (6, 12), "m.value": (6, 12), "m.o": (12, 12)}

    assert {f"{name}.weight": shape for name, shape in names.items()} == {
        name: tensor.shape for name, tensor in tensors.items() if tensor.ndim == 2
    }
    assert np.array_equal(parameters["m.key/kernel"], tensors["m.key.weight"])


@pytest.mark.parametrize("kv_heads", [4, 2])
@pytest.mark.parametrize("stored", [None, "in_out"])
def test_fused(kv_heads: int, stored: str | None) -> None:
    """Query, key and value are concatenated along axis 0, or along axis 1 if the inputs come first."""
    options = {"stored": stored} if stored else {}
    names = {"qkv": "c_attn", "output": "c_proj"}
    parameters, tensors = both(
        type="multi_head_attention", heads=4, kv_heads=kv_heads, fused=True, names=names, **options
    )
    kernels = np.concatenate([parameters[f"m.{part}/kernel"] for part in ("query", "key", "value")])
    output = parameters["m.c_proj/kernel"]

    assert ["m.c_attn.weight", "m.c_attn.bias", "m.c_proj.weight", "m.c_proj.bias"] == list(tensors)
    assert np.array_equal(kernels.T if stored else kernels, tensors["m.c_attn.weight"])
    assert np.array_equal(output.T if stored else output, tensors["m.c_proj.weight"])
    assert (12 + 6 * kv_heads,) == tensors["m.c_attn.bias"].shape


def test_fused_biases() -> None:
    """The biases of a fused part are in the order of its kernels."""
    parameters, tensors = both(type="multi_head_attention", heads=4, fused=True, bias_init="normal")
    expected = np.concatenate([parameters[f"m.{part}/bias"] for part in ("query", "key", "value")])

    assert expected.tolist() == tensors["m.qkv.bias"].tolist()


def test_the_name_of_torchs_own_attention() -> None:
    """`in_proj` is a parameter of nn.MultiheadAttention itself, not of a module inside it."""
    names = {"qkv": "in_proj", "output": "out_proj"}
    _, tensors = both(type="multi_head_attention", heads=4, fused=True, names=names)

    assert ["m.in_proj_weight", "m.in_proj_bias", "m.out_proj.weight", "m.out_proj.bias"] == list(tensors)


@pytest.mark.parametrize(
    ("layer", "kernel"),
    [
        ({"type": "dense", "units": 5}, "m"),
        ({"type": "gated_mlp", "units": 5}, "m.down"),
        ({"type": "multi_head_attention", "heads": 4, "head_dim": 5}, "m.output"),
    ],
    ids=["dense", "gated_mlp", "attention"],
)
def test_inputs_first(layer: dict[str, Any], kernel: str) -> None:
    """`stored: in_out` turns kernels round in the file; the parameter keeps its shape and values."""
    plain, _ = both(**layer)
    parameters, tensors = both(**layer, stored="in_out")

    assert np.array_equal(plain[f"{kernel}/kernel"], parameters[f"{kernel}/kernel"])
    assert np.array_equal(parameters[f"{kernel}/kernel"].T, tensors[f"{kernel}.weight"])


def test_the_report_tells_the_parts_of_a_fused_tensor() -> None:
    """A fused tensor lists its parameters, and the fans that they share."""
    from winitgen.api import dry_run

    spec = {
        "input": [7, 12],
        "layers": [{"name": "m", "type": "multi_head_attention", "heads": 4, "fused": True}],
    }
    row = dry_run(winitgen.plan(spec))["tensors"][0]

    assert ["m.query/kernel", "m.key/kernel", "m.value/kernel"] == row["ids"]
    assert (12, 12) == (row["fan_in"], row["fan_out"])


@pytest.mark.parametrize(("kind", "gates"), [("lstm", 4), ("gru", 3), ("rnn", 1)])
def test_each_gate_is_orthogonal(kind: str, gates: int) -> None:
    """Each gate's block of a recurrent kernel keeps lengths, which the blocks of one tall matrix do not."""
    _, tensors = both(type=kind, units=6)
    blocks = tensors["m.weight_hh_l0"].reshape(gates, 6, 6)

    for block in blocks:
        np.testing.assert_allclose(np.eye(6), block @ block.T, atol=1e-6)
    assert gates == len({block.tobytes() for block in blocks})

"""The flax and nnx layouts: names, shapes, which values are where, and what Flax does not support."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
import winitgen.api
from winitgen.drawing.draw import whole
from winitgen.load import parse_spec

Arrays = dict[str, np.ndarray]

LAYERS: dict[str, dict[str, Any]] = {
    "dense": {"input": 5, "type": "dense", "units": 3},
    "embedding": {"input": {"tokens": 4}, "type": "embedding", "count": 9, "dim": 2},
    "positional_embedding": {"input": [7, 12], "type": "positional_embedding", "count": 7, "dim": 12},
    "conv1d": {"input": [6, 20], "type": "conv1d", "filters": 4, "kernel_size": 3, "groups": 2},
    "conv3d": {"input": [6, 5, 5, 5], "type": "conv3d", "filters": 4, "kernel_size": [1, 2, 3]},
    "conv1d_transpose": {"input": [6, 20], "type": "conv1d_transpose", "filters": 4, "kernel_size": 3},
    "depthwise_conv2d": {
        "input": [6, 9, 9],
        "type": "depthwise_conv2d",
        "kernel_size": 3,
        "depth_multiplier": 2,
    },
    "separable_conv1d": {"input": [6, 20], "type": "separable_conv1d", "filters": 4, "kernel_size": 3},
    "batch_norm": {"input": [6, 9, 9], "type": "batch_norm"},
    "layer_norm": {"input": 5, "type": "layer_norm", "use_bias": False},
    "prelu": {"input": 5, "type": "prelu"},
    "prelu per channel": {"input": [6, 9, 9], "type": "prelu", "per_channel": True},
    "rnn": {"input": [7, 12], "type": "rnn", "units": 3, "use_bias": False},
    "lstm": {"input": [7, 12], "type": "lstm", "units": 3, "bidirectional": True},
    "gru": {"input": [7, 12], "type": "gru", "units": 3, "num_layers": 2},
    "attention": {"input": [7, 12], "type": "multi_head_attention", "heads": 6, "kv_heads": 2, "head_dim": 4},
    "fused attention": {"input": [7, 12], "type": "multi_head_attention", "heads": 3, "fused": True},
    "attention of other names": {
        "input": [7, 12],
        "type": "multi_head_attention",
        "heads": 3,
        "use_bias": False,
        "names": {"query": "q_proj", "output": "o_proj"},
    },
    "gated_mlp": {"input": [7, 12], "type": "gated_mlp", "units": 16, "use_bias": False},
    "param": {"input": 5, "type": "param", "shape": [2, 3], "init": "normal"},
}

SAME = {
    "dense": {"m.kernel": (5, 3), "m.bias": (3,)},
    "embedding": {"m.embedding": (9, 2)},
    "positional_embedding": {"m.embedding": (7, 12)},
    "conv1d": {"m.kernel": (3, 3, 4), "m.bias": (4,)},
    "conv3d": {"m.kernel": (1, 2, 3, 6, 4), "m.bias": (4,)},
    "conv1d_transpose": {"m.kernel": (3, 6, 4), "m.bias": (4,)},
    "depthwise_conv2d": {"m.kernel": (3, 3, 1, 12), "m.bias": (12,)},
    "separable_conv1d": {
        "m.depthwise.kernel": (3, 1, 6),
        "m.pointwise.kernel": (1, 6, 4),
        "m.pointwise.bias": (4,),
    },
    "layer_norm": {"m.scale": (5,)},
    "prelu": {"m.negative_slope": ()},
    "prelu per channel": {"m.negative_slope": (6,)},
    "attention": {
        "m.query.kernel": (12, 6, 4),
        "m.query.bias": (6, 4),
        "m.key.kernel": (12, 2, 4),
        "m.key.bias": (2, 4),
        "m.value.kernel": (12, 2, 4),
        "m.value.bias": (2, 4),
        "m.out.kernel": (6, 4, 12),
        "m.out.bias": (12,),
    },
    "fused attention": {
        "m.qkv.kernel": (12, 36),
        "m.qkv.bias": (36,),
        "m.out.kernel": (3, 4, 12),
        "m.out.bias": (12,),
    },
    "attention of other names": {
        "m.q_proj.kernel": (12, 3, 4),
        "m.key.kernel": (12, 3, 4),
        "m.value.kernel": (12, 3, 4),
        "m.o_proj.kernel": (3, 4, 12),
    },
    "gated_mlp": {"m.gate.kernel": (12, 16), "m.up.kernel": (12, 16), "m.down.kernel": (16, 12)},
    "param": {"m": (2, 3)},
}
"""What both interfaces have, in the order of the file."""

LINEN = {
    **{
        name: {f"params.{key}": shape for key, shape in variables.items()} for name, variables in SAME.items()
    },
    "batch_norm": {
        "params.m.scale": (6,),
        "params.m.bias": (6,),
        "batch_stats.m.mean": (6,),
        "batch_stats.m.var": (6,),
    },
    "rnn": {
        "params.m.cell.i.kernel": (12, 3),
        "params.m.cell.i.bias": (3,),
        "params.m.cell.h.kernel": (3, 3),
    },
    "lstm": {
        f"params.m.{direction}_rnn.cell.{source}{gate}.{leaf}": shape
        for direction in ("forward", "backward")
        for source, leaves in (("i", {"kernel": (12, 3)}), ("h", {"kernel": (3, 3), "bias": (3,)}))
        for gate in "ifgo"
        for leaf, shape in leaves.items()
    },
    "gru": {
        f"params.m.l{level}.cell.{source}{gate}.{leaf}": shape
        for level, inputs in ((0, 12), (1, 3))
        for source, size in (("i", inputs), ("h", 3))
        for gate in "rzn"
        for leaf, shape in (("kernel", (size, 3)), ("bias", (3,)))
        if leaf == "kernel" or source == "i" or gate == "n"
    },
}

NNX = {
    **SAME,
    "batch_norm": {"m.scale": (6,), "m.bias": (6,), "m.mean": (6,), "m.var": (6,)},
    "rnn": {"m.cell.dense_i.kernel": (12, 3), "m.cell.dense_i.bias": (3,), "m.cell.dense_h.kernel": (3, 3)},
    "lstm": {
        f"m.{direction}_rnn.cell.{leaf}": shape
        for direction in ("forward", "backward")
        for leaf, shape in (
            ("dense_i.kernel", (12, 12)),
            ("dense_h.kernel", (3, 12)),
            ("dense_h.bias", (12,)),
        )
    },
    "gru": {
        f"m.l{level}.cell.{leaf}": shape
        for level, inputs in ((0, 12), (1, 3))
        for leaf, shape in (
            ("dense_i.kernel", (inputs, 9)),
            ("dense_i.bias", (9,)),
            ("dense_h.kernel", (3, 9)),
        )
    },
}


def spec_of(name: str, **options: Any) -> dict[str, Any]:
    """Return a spec of one layer called ``m``."""
    layer = {**LAYERS[name], **options}
    return {"input": layer.pop("input"), "layers": [{"name": "m", **layer}]}


def arrays(spec: dict[str, Any], layout: str) -> Arrays:
    """Return the tensors of a spec by name."""
    return winitgen.generate(spec, layout=layout)


def parameters(spec: dict[str, Any]) -> Arrays:
    """Return the parameters of a spec by id, in their canonical shapes."""
    return {parameter.id: whole(parameter) for parameter in winitgen.plan(spec).parameters}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(("layout", "expected"), [("flax", LINEN), ("nnx", NNX)], ids=["linen", "nnx"])
def test_names_and_shapes(name: str, layout: str, expected: dict[str, dict[str, tuple[int, ...]]]) -> None:
    """Each layer has the variables of Flax's class, by their names there."""
    found = arrays(spec_of(name), layout)

    assert expected[name] == {key: array.shape for key, array in found.items()}


@pytest.mark.parametrize(("kind", "letters", "source"), [("lstm", "ifgo", "h"), ("gru", "rzn", "i")])
def test_gates_are_those_of_their_letters(kind: str, letters: str, source: str) -> None:
    """Linen's gates i, f, g and o, or r, z and n, are stacked in this order; nnx has them side by side."""
    spec = spec_of(kind, bidirectional=True, num_layers=1, bias_init="normal")
    spec["rules"] = [{"match": "*/recurrent_bias", "init": "zeros"}] if kind == "gru" else []
    canonical, linen, nnx = parameters(spec), arrays(spec, "flax"), arrays(spec, "nnx")
    kernel, bias = canonical["m.l0.backward/kernel"], canonical["m.l0.backward/bias"]
    state, path = canonical["m.l0.backward/recurrent_kernel"], "m.backward_rnn.cell"

    for index, letter in enumerate(letters):
        assert kernel[index].T.tolist() == linen[f"params.{path}.i{letter}.kernel"].tolist()
        assert state[index].T.tolist() == linen[f"params.{path}.h{letter}.kernel"].tolist()
        assert bias[index].tolist() == linen[f"params.{path}.{source}{letter}.bias"].tolist()
    assert np.concatenate(list(kernel)).T.tolist() == nnx[f"{path}.dense_i.kernel"].tolist()
    assert np.concatenate(list(state)).T.tolist() == nnx[f"{path}.dense_h.kernel"].tolist()
    assert bias.ravel().tolist() == nnx[f"{path}.dense_{source}.bias"].tolist()


def test_forget_gate() -> None:
    """The bias of the forget gate is 1, and its row of the report says so; the others are 0."""
    report = winitgen.api.dry_run(winitgen.plan(spec_of("lstm", bidirectional=False), layout="flax"))
    targets = {
        row["name"].split(".")[-2]: row["planned"] for row in report["tensors"] if "bias" in row["name"]
    }
    found = arrays(spec_of("lstm", bidirectional=False), "flax")

    assert {"hi": 0, "hf": 1, "hg": 0, "ho": 0} == {gate: target["mean"] for gate, target in targets.items()}
    assert {0} == {target["std"] for target in targets.values()}
    assert [1, 1, 1] == found["params.m.cell.hf.bias"].tolist()
    assert [0, 0, 0] == found["params.m.cell.hi.bias"].tolist()


def test_a_bias_that_the_spec_does_not_have_is_zero() -> None:
    """Flax's cells have a bias always; without one in the spec it adds nothing."""
    for name in ("rnn", "lstm", "gru"):
        spec = spec_of(name, use_bias=False)
        found = {**arrays(spec, "flax"), **arrays(spec, "nnx")}
        biases = [array for key, array in found.items() if key.endswith("bias")]

        assert biases
        assert not any(array.any() for array in biases)


def test_heads_are_an_axis() -> None:
    """Head h of the query is rows 4h to 4h + 3 of its kernel; of the output, columns."""
    spec = spec_of("attention", bias_init="normal")
    canonical, found = parameters(spec), arrays(spec, "nnx")

    assert canonical["m.query/kernel"][20:24].T.tolist() == found["m.query.kernel"][:, 5].tolist()
    assert canonical["m.key/kernel"][4:8].T.tolist() == found["m.key.kernel"][:, 1].tolist()
    assert canonical["m.query/bias"][20:24].tolist() == found["m.query.bias"][5].tolist()
    assert canonical["m.output/kernel"][:, 20:24].T.tolist() == found["m.out.kernel"][5].tolist()


def test_fused_parts_are_side_by_side() -> None:
    """A fused kernel has query, key and value in this order along its units."""
    spec = spec_of("fused attention", bias_init="normal")
    canonical, found = parameters(spec), arrays(spec, "flax")
    kernels = [canonical[f"m.{part}/kernel"].T for part in ("query", "key", "value")]
    biases = [canonical[f"m.{part}/bias"] for part in ("query", "key", "value")]

    assert np.concatenate(kernels, axis=1).tolist() == found["params.m.qkv.kernel"].tolist()
    assert np.concatenate(biases).tolist() == found["params.m.qkv.bias"].tolist()


def test_a_convolution_has_its_spatial_axes_first() -> None:
    """The axes of a kernel are its spatial axes, the inputs and the outputs."""
    spec = spec_of("conv3d")
    kernel, found = parameters(spec)["m/kernel"], arrays(spec, "flax")["params.m.kernel"]

    assert kernel[3, 5, 0, 1, 2] == found[0, 1, 2, 5, 3]
    assert kernel[1, 4, 0, 0, 1] == found[0, 0, 1, 4, 1]


def test_a_transposed_kernel_is_read_from_the_other_end() -> None:
    """Flax's first tap is the spec's last; the order of inputs and outputs is unchanged."""
    spec = spec_of("conv1d_transpose")
    kernel = parameters(spec)["m/kernel"]

    assert kernel[:, :, 2].tolist() == arrays(spec, "flax")["params.m.kernel"][0].tolist()


def test_a_tied_head_is_written_transposed() -> None:
    """A dense layer with an embedding's values has them as (inputs, units)."""
    spec = {
        "input": {"tokens": 4},
        "layers": [
            {"name": "words", "type": "embedding", "count": 9, "dim": 2},
            {"name": "head", "type": "dense", "units": 9, "use_bias": False, "tied_to": "words"},
        ],
    }
    found = arrays(spec, "flax")

    assert found["params.words.embedding"].T.tolist() == found["params.head.kernel"].tolist()


REFUSED = {
    "groups of a transposed convolution": (
        "{name: up, type: conv2d_transpose, filters: 4, kernel_size: 3, groups: 2}",
        "[4, 8, 8]",
        "model.yaml:4:76: layers[0].groups: Flax's ConvTranspose has no groups; leave groups out",
    ),
    "a second bias that is not zero": (
        "{name: g, type: gru, units: 3, bias_init: normal}",
        "[7, 12]",
        (
            "model.yaml:4:47: layers[0].bias_init: Flax's GRUCell adds one bias to the reset and update gates, but "
            "g.l0.forward/recurrent_bias is not zero (normal); add the rule {match: '*/recurrent_bias', init: zeros}"
        ),
    ),
}


@pytest.mark.parametrize("layout", ["flax", "nnx"])
@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, layout: str) -> None:
    """What Flax does not support is refused at the option that requests it."""
    layer, incoming, message = REFUSED[name]
    text = f"layout: {layout}\ninput: {incoming}\nlayers:\n  - {layer}\n"
    with pytest.raises(winitgen.SpecError) as caught:
        parse_spec(text.encode(), "model.yaml")

    assert message == str(caught.value)


def test_a_rule_takes_the_second_bias_away() -> None:
    """What the refusal of a second bias says to write is accepted, and the other bias is kept."""
    spec = {
        **spec_of("gru", bias_init="normal"),
        "rules": [{"match": "*/recurrent_bias", "init": "zeros"}],
    }
    found = arrays(spec, "flax")

    assert not found["params.m.l0.cell.hn.bias"].any()
    assert found["params.m.l0.cell.in.bias"].all()


@pytest.mark.parametrize("dtype", ["float32", "float8_e5m2"])
@pytest.mark.parametrize("layout", ["flax", "nnx"])
def test_a_transposed_kernel_of_one_channel_can_be_written(layout: str, dtype: str, tmp_path: Path) -> None:
    """Only its reversed axis has more than one element, and the file holds it reversed."""
    layer = {"name": "m", "type": "conv1d_transpose", "filters": 1, "kernel_size": 3, "use_bias": False}
    spec = {"input": [1, 9], "layers": [layer]}
    winitgen.write(spec, tmp_path / "w.npy", layout=layout, dtype=dtype)
    written = np.load(tmp_path / "w.npy").reshape(-1)
    (torch,) = winitgen.generate(spec, dtype=dtype).values()

    assert torch.reshape(-1)[::-1].tobytes() == written.tobytes()

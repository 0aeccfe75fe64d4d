"""Attention in the layouts: names in PyTorch, and what Keras and Flax do not have."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError

BOTH = ("keras", "flax", "nnx")
FLAX = ("flax", "nnx")
NAMED = {"keras": "Keras", "flax": "Flax", "nnx": "Flax"}

SOME = {"use_bias": ["query", "key", "value"]}
LACKS = {
    "a bias for some parts": (BOTH, SOME, "use_bias", "bias for some parts only; leave use_bias out"),
    "a learned key": (BOTH, {"bias_kv": True}, "bias_kv", "learned key and value; leave bias_kv out"),
    "values of another size": (
        FLAX,
        {"value_dim": 5},
        "value_dim",
        "size of its own for values; leave value_dim out",
    ),
    "shared values of another size": (
        ("keras",),
        {"heads": 6, "kv_heads": 3, "value_dim": 5},
        "value_dim",
        "size of its own for values that heads share; leave value_dim out",
    ),
    "a scale less 1": (
        FLAX,
        {"query_key_norm": "layer_norm", "use_bias": False, "norm_offset": True},
        "norm_offset",
        "norm that multiplies by 1 + its scale; leave norm_offset out",
    ),
    "sinks": (BOTH, {"sinks": True}, "sinks", "sinks; leave sinks out"),
    "a bound": (BOTH, {"softcap": 50}, "softcap", "bound on its scores; leave softcap out"),
    "positions": (BOTH, {"rotary": 10000}, "rotary", "rotary positions; leave rotary out"),
    "a factor": (
        BOTH,
        {"score_scale": 1},
        "score_scale",
        "factor on its scores but 1 / sqrt(head_dim); leave score_scale out",
    ),
    "a bias of scores": (
        BOTH,
        {"position_bias": "table"},
        "position_bias",
        "position bias; leave position_bias out",
    ),
    "a norm": (
        ("keras",),
        {"query_key_norm": "layer_norm", "use_bias": False},
        "query_key_norm",
        "norm of queries and keys; leave query_key_norm out",
    ),
    "an rms norm": (
        FLAX,
        {"query_key_norm": "rms_norm"},
        "query_key_norm",
        "RMS norm of queries and keys; leave query_key_norm out",
    ),
    "a norm over the width": (
        FLAX,
        {"query_key_norm": "layer_norm", "use_bias": False, "norm_over": "width"},
        "norm_over",
        "norm over all heads; leave norm_over out",
    ),
    "a shift": (
        FLAX,
        {"query_key_norm": "layer_norm"},
        "query_key_norm",
        "shift in its norms; write 'use_bias: [query, key, value, output]'",
    ),
}
"""What the attention of some layouts does not have: the layouts, the options, the key, and the message."""

CASES = [
    pytest.param(layout, *case[1:], id=f"{name} in {layout}")
    for name, case in LACKS.items()
    for layout in case[0]
]


TABLE = {"name": "table", "type": "position_bias", "heads": 3}


def refusal(layout: str, options: dict[str, Any]) -> str:
    """Return what is said about one attention in a layout; it may name a table of biases."""
    layer = {"name": "attn", "type": "multi_head_attention", "heads": 3, **options}
    with pytest.raises(SpecError) as caught:
        winitgen.plan({"input": [7, 12], "layers": [TABLE, layer]}, layout=layout)
    return str(caught.value).partition(" ")[2]


@pytest.mark.parametrize(("layout", "options", "key", "message"), CASES)
def test_refused(layout: str, options: dict[str, Any], key: str, message: str) -> None:
    """The message says what the framework's attention does not have, and what to write instead."""
    expected = f"layers[1].{key}: {NAMED[layout]}'s attention has no {message}"

    assert expected == refusal(layout, options)


@pytest.mark.parametrize("layout", ["keras", "flax", "nnx"])
def test_a_bias_for_all_parts_is_one_for_each(layout: str) -> None:
    """A list of all parts says the same as true."""
    parts = ["output", "query", "key", "value"]
    listed, plain = (
        winitgen.generate(
            {
                "input": [7, 12],
                "layers": [{"type": "multi_head_attention", "heads": 3, "use_bias": use_bias}],
            },
            layout=layout,
        )
        for use_bias in (parts, True)
    )

    assert listed.keys() == plain.keys()


def test_torch_names_of_norms() -> None:
    """Norms are modules with a weight, and a bias if they have a shift."""
    names = {
        "query": "q_proj",
        "key": "k_proj",
        "value": "v_proj",
        "output": "o_proj",
        "query_norm": "q_norm",
    }
    layer = {
        "name": "a",
        "type": "multi_head_attention",
        "heads": 3,
        "names": names,
        "use_bias": ["key_norm"],
    }
    found = winitgen.generate({"input": [7, 12], "layers": [{**layer, "query_key_norm": "layer_norm"}]})

    assert {"a.q_norm.weight": (4,), "a.key_norm.weight": (4,), "a.key_norm.bias": (4,)} == {
        name: array.shape for name, array in found.items() if "norm" in name
    }


def test_norms_beside_a_fused_part() -> None:
    """Query, key and value are one tensor, the norms stay apart."""
    layer = {"name": "a", "type": "multi_head_attention", "heads": 3, "fused": True, "use_bias": False}
    found = winitgen.generate({"input": [7, 12], "layers": [{**layer, "query_key_norm": "rms_norm"}]})

    assert ["a.qkv.weight", "a.output.weight", "a.query_norm.weight", "a.key_norm.weight"] == list(found)


def test_masks_are_given_when_the_model_is_called() -> None:
    """Keras and Flax take a mask with the inputs: the arrays are the same."""
    layer = {"name": "a", "type": "multi_head_attention", "heads": 3}
    masked, plain = (
        winitgen.generate({"input": [6, 12], "layers": [{**layer, **options}]}, layout="flax")
        for options in ({"causal": True, "window": 3}, {})
    )

    assert [array.tolist() for array in plain.values()] == [array.tolist() for array in masked.values()]


def test_torch_has_a_bare_tensor_of_sinks() -> None:
    """One score for each head, named as in gpt-oss; another name renames it."""
    layer = {"name": "a", "type": "multi_head_attention", "heads": 3, "sinks": True, "use_bias": False}
    first, second = (
        list(winitgen.generate({"input": [7, 12], "layers": [{**layer, **names}]}).items())[-1]
        for names in ({}, {"names": {"sinks": "attention.sink"}})
    )

    assert [("a.sinks", [0, 0, 0]), ("a.attention.sink", [0, 0, 0])] == [
        (name, array.tolist()) for name, array in (first, second)
    ]


@pytest.mark.parametrize("layout", ["torch", "keras", "flax", "nnx"])
def test_tables_of_biases(layout: str) -> None:
    """A table of buckets is an embedding, one of a window a bare tensor, called as the layer."""
    tables = [
        {"name": "a.rel", "type": "position_bias", "heads": 3},
        {"name": "a.table", "type": "position_bias", "heads": 2, "window": [3, 4]},
    ]
    found = winitgen.generate({"input": [7, 12], "layers": tables}, layout=layout)
    expected = {
        "torch": ["a.rel.weight", "a.table"],
        "keras": ["a/rel/embeddings", "a/table"],
        "flax": ["params.a.rel.embedding", "params.a.table"],
        "nnx": ["a.rel.embedding", "a.table"],
    }

    assert dict(zip(expected[layout], [(32, 3), (35, 2)], strict=True)) == {
        name: array.shape for name, array in found.items()
    }


SOURCES = {"input": {"x": [7, 12], "memory": [5, 9]}, "defaults": {"bias_init": "normal"}}
CROSS = {"name": "a", "type": "multi_head_attention", "heads": 3, "from": "x", "source": "memory"}
IN_PROJ = {"qkv": "in_proj", "query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "out_proj"}


def test_kernels_of_different_sizes_are_apart_in_torch() -> None:
    """As in nn.MultiheadAttention with kdim: three kernels and one bias, all parameters and no modules."""
    found = winitgen.generate({**SOURCES, "layers": [{**CROSS, "fused": True, "names": IN_PROJ}]})

    assert {
        "a.q_proj_weight": (12, 12),
        "a.k_proj_weight": (12, 9),
        "a.v_proj_weight": (12, 9),
        "a.in_proj_bias": (36,),
        "a.out_proj.weight": (12, 12),
        "a.out_proj.bias": (12,),
    } == {name: array.shape for name, array in found.items()}


@pytest.mark.parametrize("layout", ["keras", "flax", "nnx"])
def test_kernels_of_different_sizes_are_apart_elsewhere(layout: str) -> None:
    """There, fused or not, the parts stay apart."""
    fused, apart = (
        winitgen.generate({**SOURCES, "layers": [{**CROSS, **options, "names": IN_PROJ}]}, layout=layout)
        for options in ({"fused": True}, {"fused": True, "value_source": "memory"})
    )

    assert 8 == len(fused)
    assert list(fused) == list(apart)

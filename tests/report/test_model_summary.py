"""The numbers of a summary, by hand, and how they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.families.tied import multiply_adds_of_a_family
from winitgen.report.model_summary import summarize_layers
from winitgen.report.summary_table import table, total_lines

ROOT = Path(__file__).parents[2]


def layer(options: dict[str, Any], input_: Any) -> dict[str, Any]:
    """Return the entry of a layer alone."""
    plan = winitgen.plan({"input": input_, "layers": [{"name": "one", **options}]})
    return dict(summarize_layers(plan)["layers"][0])


@pytest.mark.parametrize(
    ("options", "input_", "multiply_adds"),
    [
        ({"type": "dense", "units": 7}, 5, 35),
        ({"type": "dense", "units": 7}, [3, 5], 3 * 35),
        ({"type": "separable_conv2d", "filters": 6, "kernel_size": 3}, [4, 9, 8], 7 * 6 * (4 * 9 + 4 * 6)),
        ({"type": "lstm", "units": 3, "bidirectional": True}, [11, 5], 11 * 2 * 4 * (3 * 5 + 3 * 3)),
        ({"type": "lstm", "units": 4, "projection": 3}, [2, 5], 2 * (4 * (4 * 5 + 4 * 3) + 3 * 4)),
        ({"type": "gated_mlp", "units": 7}, [3, 5], 3 * 3 * 5 * 7),
        ({"type": "experts", "count": 8, "per_token": 2, "units": 7}, [3, 5], 3 * (8 * 5 + 2 * 3 * 5 * 7)),
        (
            {"type": "experts", "count": 8, "per_token": 2, "units": 7, "gated": False},
            [3, 5],
            3 * (8 * 5 + 2 * 2 * 5 * 7),
        ),
        (
            {"type": "multi_head_attention", "heads": 4, "kv_heads": 2, "head_dim": 3, "value_dim": 5},
            [7, 8],
            7 * 8 * (12 + 6 + 10 + 20) + 4 * 7 * 7 * (3 + 5),
        ),
        (
            {"type": "multi_head_attention", "heads": 2, "bias_kv": True},
            [7, 6],
            7 * 4 * 6 * 6 + 2 * 7 * (7 + 1) * (3 + 3),
        ),
        ({"type": "embedding", "count": 9, "dim": 4}, {"tokens": 6}, 0),
        ({"type": "layer_norm"}, [3, 5], 0),
    ],
)
def test_multiply_adds_of_a_layer(options: dict[str, Any], input_: Any, multiply_adds: int) -> None:
    """By hand: each element of a kernel once for each position, and the two products of an attention."""
    assert multiply_adds == layer(options, input_)["multiply_adds"]


def test_a_bilinear_form() -> None:
    """W z for each unit, and the product of x with it."""
    layers = [
        {"name": "x", "type": "dense", "units": 3},
        {"name": "z", "type": "dense", "units": 5, "from": "input"},
        {"name": "form", "type": "bilinear", "units": 7, "from": "x", "other": "z"},
    ]
    report = summarize_layers(winitgen.plan({"input": 2, "layers": layers}))

    assert [6, 10, 7 * 3 * 5 + 7 * 3] == [entry["multiply_adds"] for entry in report["layers"]]


def test_attention_to_a_window() -> None:
    """On a map each position attends to those of its window, and to no other."""
    layers = [
        {"name": "map", "type": "permute", "axes": [1, 2, 0]},
        {"name": "one", "type": "multi_head_attention", "heads": 2, "window": [2, 3]},
    ]
    entries = summarize_layers(winitgen.plan({"input": [8, 4, 6], "layers": layers}))["layers"]

    assert 24 * 4 * 8 * 8 + 2 * 24 * 6 * (4 + 4) == entries[1]["multiply_adds"]


SHARED = {
    "input": {"tokens": 6},
    "layers": [
        {"name": "words", "type": "embedding", "count": 9, "dim": 4},
        {"name": "norm", "type": "batch_norm"},
        {"name": "head", "type": "dense", "units": 9, "use_bias": False, "tied_to": "words"},
        {"name": "mask", "type": "param", "shape": [3], "init": "ones", "buffer": True},
    ],
}


def test_buffers_and_ties_stand_apart() -> None:
    """A tied head is computed with, and its values are counted once; a buffer is not trained."""
    totals = summarize_layers(winitgen.plan(SHARED))["totals"]

    assert (9 * 4 + 2 * 6, 2 * 6 + 1 + 3, 9 * 4) == (totals["trainable"], totals["buffers"], totals["tied"])
    assert {"float32": 4 * (48 + 15), "int64": 8} == totals["bytes"]


def test_whole_numbers_and_singular_vectors_are_buffers() -> None:
    """As they are in PyTorch: a spectral normalization trains its kernel alone, and nothing trains whole numbers."""
    norm: dict[str, Any] = {"type": "dense", "units": 7, "use_bias": False}
    layers = [
        {"name": "one", **norm, "kernel_norm": "spectral_norm"},
        {"name": "two", **norm, "kernel_norm": {"type": "spectral_norm", "names": "hooks"}},
        {"name": "three", **norm, "kernel_norm": "weight_norm"},
        {"name": "ids", "type": "param", "shape": [1, 4], "dtype": "int64", "init": "arange"},
        {"name": "seen", "type": "param", "shape": [2], "dtype": "bool", "init": "ones"},
    ]
    entries = summarize_layers(winitgen.plan({"input": 5, "layers": layers}))["layers"]

    assert [(35, 12), (49, 14), (49 + 7, 0), (0, 4), (0, 2)] == [
        (e["trainable"], e["buffers"]) for e in entries
    ]


def test_swin_tiny_has_the_parameters_of_its_paper() -> None:
    """28 million (Liu et al. 2021); torchvision's swin_t has these, and the indices of 12 windows of 7 by 7."""
    totals = winitgen.summary(ROOT / "specs" / "swin-tiny.yaml")["totals"]

    assert (28_288_354, 12 * 49 * 49) == (totals["trainable"], totals["buffers"])


def test_a_list_of_tensors_says_nothing_of_its_products() -> None:
    """It is what `winitgen import` writes of a weight file."""
    plan = winitgen.plan({"layers": [{"name": "w", "type": "param", "shape": [3, 2], "init": "ones"}]})
    report = summarize_layers(plan)

    assert report["totals"]["multiply_adds"] is None
    assert "multiply-adds a sample: unknown, as the layer-spec is a list of tensors" == total_lines(report)[1]


REPEATED = {
    "input": 4,
    "layers": [
        {
            "type": "repeat",
            "times": 3,
            "name": "h.{i}",
            "layers": [
                {"name": "a", "type": "dense", "units": 4, "activation": "tanh"},
                {"name": "b", "type": "dense", "units": 4},
            ],
        },
        {"name": "out", "type": "dense", "units": 2},
    ],
}


def test_equal_blocks_are_one_line() -> None:
    """Their numbers are those of each, and how often they are there."""
    report = summarize_layers(winitgen.plan(REPEATED))
    head, rows = table(report, fold=True)

    assert ["layer", "type", "output", "trainable", "multiply-adds"] == head
    assert [
        ["h.(0-2).a", "dense", "4", "3 x 20", "3 x 16"],
        ["h.(0-2).b", "dense", "4", "3 x 20", "3 x 16"],
        ["out", "dense", "2", "10", "8"],
    ] == rows
    assert 7 == len(table(report, fold=False)[1])
    assert ["values: 130 trainable; 520 B of float32", "multiply-adds a sample: 104"] == total_lines(report)


def test_a_depth_joins_layers() -> None:
    """Layers that agree in so many parts of their names are one entry, with what flows out of the last."""
    report = summarize_layers(winitgen.plan(REPEATED), 2)

    assert [("h.0", "2 layers", [4], 40, 32)] * 1 == [
        (e["layer"], e["type"], e["output"], e["trainable"], e["multiply_adds"]) for e in report["layers"][:1]
    ]
    assert ["h", "out"] == [e["layer"] for e in summarize_layers(winitgen.plan(REPEATED), 1)["layers"]]


def test_unknown_sizes_are_said() -> None:
    """A total of which a part is unknown is unknown."""
    plan = winitgen.plan(
        {"layers": [{"name": "c", "type": "conv2d", "inputs": 3, "filters": 2, "kernel_size": 3}]}
    )

    assert (
        "multiply-adds a sample: unknown, as nothing says how the layers are joined; "
        "state the model's 'input' if each follows the one before it"
        == total_lines(summarize_layers(plan))[1]
    )


def test_the_function() -> None:
    """It is what the command's JSON is, with the choices of a call."""
    spec = {"input": 3, "layers": [{"name": f"block.{part}", "type": "dense", "units": 3} for part in "ab"]}
    found = winitgen.summary(spec, depth=1, dtype="float16", layout="keras")

    assert [("block", "2 layers", 24)] == [
        (row["layer"], row["type"], row["trainable"]) for row in found["layers"]
    ]
    assert {"float16": 48} == found["totals"]["bytes"]
    assert 18 == winitgen.summary(winitgen.plan(spec))["totals"]["multiply_adds"]


@pytest.mark.parametrize("name", ["llama", "granitemoe", "phimoe"])
def test_a_tied_head_computes_as_much_as_its_own(name: str) -> None:
    """A head with the values of the embedding multiplies them as one with its own does; all families are among the slow tests."""
    assert multiply_adds_of_a_family(name, tie=False) == multiply_adds_of_a_family(name, tie=True)

"""Which layers are drawn: ends of blocks of deep networks, what patterns name, and no embeddings."""

from __future__ import annotations

import json
from typing import Any

import pytest

import winitgen
from tests.report.plots import sample
from winitgen.errors import UsageError
from winitgen.report.plots import figures
from winitgen.report.plots.choice import chosen
from winitgen.report.plots.reading import short_names

GPT = [
    "transformer.wte",
    "transformer.wpe",
    *(
        f"{prefix}transformer.h.{block}.{layer}"
        for block in range(4)
        for prefix, layer in (
            ("", "ln_1"),
            ("", "attn"),
            ("sum after ", "attn"),
            ("", "ln_2"),
            ("", "mlp.c_fc"),
            ("", "mlp.c_proj"),
            ("sum after ", "mlp.c_proj"),
        )
    ),
    "transformer.ln_f",
    "lm_head",
]
RESNET = [
    *("conv1", "bn1", "max_pool2d_0"),
    *(
        f"layer{stage}.{block}{layer}"
        for stage in (1, 2)
        for block in (0, 1)
        for layer in (".conv1", ".bn1", ".conv2", ".bn2", "")
    ),
    *("global_avg_pool2d_0", "fc"),
]
VGG = [*(f"features.{index}" for index in range(26)), *(f"classifier.{index}" for index in (0, 3, 6))]


def named(names: list[str], runs: int = 1) -> dict[str, Any]:
    """Return an invented report of layers with these names; the first two of a GPT are tables."""
    report = sample.invented(runs, len(names))
    for run in report["runs"]:
        for layer, weight, name in zip(run["layers"], run["weights"], names, strict=True):
            layer["layer"] = weight["layer"] = name
            layer["type"] = {"wte": "embedding", "wpe": "positional_embedding"}.get(name[-3:], "dense")
    return report


def drawn_names(report: dict[str, Any], *patterns: str) -> list[str]:
    """Return the names of the layers that are drawn."""
    return [layer["layer"] for layer in chosen(report, patterns)["runs"][0]["layers"]]


def test_a_transformer_is_drawn_by_the_sums_of_its_blocks() -> None:
    """The two embeddings are left aside, the last norm and the head count as one."""
    assert [
        *(f"sum after transformer.h.{block}.mlp.c_proj" for block in range(4)),
        "lm_head",
    ] == drawn_names(named(GPT))
    assert [*(f"transformer.h.{block}" for block in range(4)), "lm_head"] == short_names(chosen(named(GPT)))


def test_a_residual_network_is_drawn_by_its_blocks() -> None:
    """What stands before and after them is one point each, of its last layer."""
    assert ["max_pool2d_0", "layer1.0", "layer1.1", "layer2.0", "layer2.1", "fc"] == drawn_names(
        named(RESNET)
    )


def test_halves_are_no_blocks() -> None:
    """The features and the classifier of a VGG are drawn layer by layer, and so is a chain of any names."""
    assert VGG == drawn_names(named(VGG))
    assert [f"layer{index}.fc" for index in range(30)] == drawn_names(
        named([f"layer{index}.fc" for index in range(30)])
    )


def test_a_small_network_is_drawn_whole() -> None:
    """But for its embeddings, unless it has nothing else."""
    assert GPT[2:9] == drawn_names(named(GPT[:9]))
    assert GPT[:2] == drawn_names(named(GPT[:2]))


def test_patterns_choose_layers() -> None:
    """Of any kind, embeddings too, and in the order of the network."""
    assert ["transformer.wte", *(f"transformer.h.{block}.mlp.c_fc" for block in range(4))] == drawn_names(
        named(GPT), "*.c_fc", "*.wte"
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            GPT,
            "transformer.wte, transformer.wpe, transformer.h.0.ln_1, transformer.h.0.attn, and so on, to lm_head",
        ),
        (["fc1", "fc2"], "fc1, fc2"),
        ([], "none, as nothing was measured"),
    ],
)
def test_a_pattern_that_fits_no_layer_is_refused(names: list[str], told: str) -> None:
    """With some names that there are, on one line."""
    with pytest.raises(UsageError) as refusal:
        chosen(named(names), ["*", "h.*"] if names else ["h.*"])

    assert f"--layers: no layer fits 'h.*'; the layers are {told}" == str(refusal.value)


def test_titles_say_what_the_points_are() -> None:
    """The ends of blocks, and some of the layers."""
    titles = [picture.title for picture in figures.described(named(GPT))]
    some = [picture.title for picture in figures.described(named(GPT), layers=["*.c_fc"])]

    assert titles[1].startswith("Standard deviation at the ends of 5 blocks: scheme_0 healthy (")
    assert titles[2].startswith("Histograms of activations and gradients at the ends of 5 blocks: ")
    assert some[1].startswith("Standard deviation at 4 of 32 layers: ")


def test_the_deck_is_of_a_layer_inside_a_block() -> None:
    """Its first kernel that stands alone: not the table, not the four kernels of an attention, not the end of the block."""
    report = named(GPT)
    for weight in report["runs"][0]["weights"][2:3]:
        weight["shape"] = [100]  # the norm has no kernel
    attention = report["runs"][0]["weights"][3]
    report["runs"][0]["weights"].insert(3, attention)

    assert figures.described(report)[0].title.startswith("Layer transformer.h.0.attn") is False
    assert figures.described(report, layer="transformer.h.0.attn")[0].title.startswith(
        "Layer transformer.h.0.attn: "
    )


def test_a_real_transformer_is_drawn_in_few_points() -> None:
    """GPT-2 of twelve blocks: the growth of its residual stream is monotonic, which no zigzag between tensors would be."""
    report = winitgen.probe("specs/gpt2.yaml", variables={"layers": 12}, samples=2, steps=8)
    spreads = [layer["out"]["std"] for layer in chosen(report)["runs"][0]["layers"][:-1]]

    assert 12 == len(spreads)
    assert sorted(spreads) == spreads
    assert json.loads(json.dumps(report)) == report  # nothing is left in it

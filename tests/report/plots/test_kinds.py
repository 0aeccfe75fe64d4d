"""Few of many layers: some of each kind, so that a change of kind is not taken for one of depth, with names that tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.report.plots import sample
from winitgen.report.plots.apart import told_apart
from winitgen.report.plots.canvas import drawing, text_width
from winitgen.report.plots.choice import chosen
from winitgen.report.plots.kinds import of_each_kind

pytest.importorskip("matplotlib")

MLP = ("{}.mlp.c_fc", "{}.mlp.c_proj", "sum after {}.mlp.c_proj")


def perceptrons(blocks: int) -> dict[str, Any]:
    """Return a report of the three layers of each perceptron of a GPT-2, and of one table of tokens."""
    names = [
        "sum after " * name.startswith("sum")
        + name.removeprefix("sum after ").format(f"transformer.h.{block}")
        for block in range(blocks)
        for name in MLP
    ]
    report = sample.invented(1, len(names) + 1)
    for run in report["runs"]:
        for layer, weight, name in zip(run["layers"], run["weights"], ["wte", *names], strict=True):
            layer["layer"] = weight["layer"] = name
            layer["type"] = "add" if name.startswith("sum") else "dense"
    return report


def test_histograms_show_the_same_blocks_of_each_kind(drawn: Callable[..., Any]) -> None:
    """Of 36 layers of three kinds, in their order; each label has the number of its block."""
    figure = drawn(chosen(perceptrons(12), ["*.mlp.*"]), "histograms")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]

    assert [block for block in ("0", "4", "7", "11") for _ in MLP] == [
        "".join(filter(str.isdigit, label)) for label in labels
    ]
    assert ["fc", "oj", "oj"] * 4 == [label[-2:] for label in labels]
    assert 12 == len(set(labels))


@pytest.mark.parametrize(
    ("kinds", "most", "shown"),
    [
        ("aaaaaaaaa", 3, [0, 4, 8]),
        ("abababab", 4, [0, 1, 6, 7]),
        ("aaaaaaab", 3, [0, 6, 7]),
        ("abcdefgh", 3, [0, 4, 7]),
        ("abab", 4, [0, 1, 2, 3]),
        ("aaabbbbbbbbb", 2, [2, 11]),
    ],
)
def test_what_is_shown_of_each_kind(kinds: str, most: int, shown: list[int]) -> None:
    """In proportion to their number, each with its first and its last; one alone is the last, as at the end of a network."""
    assert shown == of_each_kind(kinds, most)


@pytest.mark.parametrize("inches", [1.0, 1.2, 1.5])
@pytest.mark.parametrize("prefix", ["transformer.h", "model.decoder.transformer.layers", "h"])
def test_names_that_are_cut_keep_the_number_of_their_block(prefix: str, inches: float) -> None:
    """A block 10 does not look like a block 0, and no two look alike."""
    names = [f"{prefix}.{block}.mlp.{layer}" for block in range(12) for layer in ("c_fc", "c_proj")]
    with drawing():
        found = told_apart(names, inches, 7.0)
        widths = [text_width(name, 7.0) for name in found]

    assert [name.rsplit(".", 3)[1] for name in names] == ["".join(filter(str.isdigit, one)) for one in found]
    assert len(names) == len(set(found))
    assert max(widths) <= inches


def test_names_that_fit_stay() -> None:
    """Nothing is left out of them, though they share their first part."""
    with drawing():
        assert ["h.0.fc", "h.1.fc"] == told_apart(["h.0.fc", "h.1.fc"], 1.2, 7.0)

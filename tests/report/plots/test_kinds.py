"""Few of many layers: some of each kind, so that a change of kind is not taken for one of depth, with names that tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.report.plots import sample
from winitgen.report.plots.apart import told_apart
from winitgen.report.plots.canvas import drawing, text_width
from winitgen.report.plots.choice import chosen
from winitgen.report.plots.curves import MEASURED, PREDICTED
from winitgen.report.plots.kinds import MOST_LINES, lines_of, of_each_kind

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


def test_each_kind_has_a_line_of_its_own(drawn: Callable[..., Any]) -> None:
    """The sums and both kernels of twelve blocks are three lines, each in its colour, which the legend names."""
    report = perceptrons(12)
    figure = drawn(chosen(report, ["*.mlp.*"]), "depth")
    axes = figure.axes[0]
    places = [list(line.get_xdata()) for line in axes.lines if line.get_label() == MEASURED]
    colours = {line.get_color() for line in axes.lines if line.get_label() == MEASURED}
    lines = [list(line.get_xdata()) for line in axes.lines if line.get_label() == PREDICTED]

    assert [list(range(kind, 37, 3)) for kind in (1, 2, 3)] == places == lines
    assert 3 == len(colours)
    assert [
        "transformer.h.#.mlp.c_fc",
        "transformer.h.#.mlp.c_proj",
        "sum after transformer.h.#.mlp.c_proj",
    ] == [text.get_text() for text in figure.subfigs[0].legends[0].get_texts()[:3]]


def test_runs_keep_their_colours(drawn: Callable[..., Any]) -> None:
    """The lines of the kinds of one run are in the colour of the run, whose name the legend has."""
    report = perceptrons(4)
    other = {**report["runs"][0], "label": "other"}
    figure = drawn(chosen({**report, "runs": [report["runs"][0], other]}, ["*.mlp.*"]), "depth")
    colours = [line.get_color() for line in figure.axes[0].lines if line.get_label() == MEASURED]

    assert 6 == len(colours)
    assert [colours[0]] * 3 + [colours[3]] * 3 == colours
    assert colours[0] != colours[3]


@pytest.mark.parametrize(
    ("blocks", "patterns", "kinds"),
    [
        (4, (), []),
        (4, ("*.mlp.c_fc",), []),
        (1, ("*.mlp.*",), []),
        (4, ("*.c_fc", "sum *"), [4, 4]),
        (4, ("*",), [1, 4, 4, 4]),
    ],
)
def test_one_line_where_there_is_one_kind(blocks: int, patterns: tuple[str, ...], kinds: list[int]) -> None:
    """The ends of blocks are one, and so are layers each of which is of its own kind."""
    assert kinds == [len(places) for places in lines_of(chosen(perceptrons(blocks), patterns)).values()]


def test_too_many_kinds_are_one_line() -> None:
    """Of more kinds than there are colours no line could be told from another."""
    report = perceptrons(2 * MOST_LINES)
    for run in report["runs"]:
        for index, layer in enumerate(run["layers"]):
            layer["layer"] = "wte" if not index else f"{'abcdefghi'[index % 9]}.{index // 9}"

    assert not lines_of(chosen(report, ["?.*"]))
    assert MOST_LINES == len(lines_of(chosen(report, ["[a-h].*"])))


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        ("h.0.ln_1 h.0.ln_2 h.1.ln_1 h.1.ln_2", ["h.#.ln_1", "h.#.ln_2"]),
        ("conv1 bn1 conv2 bn2", ["conv#", "bn#"]),
        ("h.0.fc1 h.1.fc2", []),
    ],
)
def test_numbers_of_blocks_and_of_their_layers(names: str, kinds: list[str]) -> None:
    """Two norms of a block are two kinds; in a chain without blocks the numbers are those of the layers."""
    report = sample.invented(1, len(names.split()))
    for layer, name in zip(report["runs"][0]["layers"], names.split(), strict=True):
        layer["layer"] = name

    assert kinds == [*lines_of(chosen(report, ["*"]))]

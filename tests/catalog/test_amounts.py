"""One of a thing is told in the singular, in every refusal of small specs."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

import winitgen
from winitgen.catalog.layers import LAYERS
from winitgen.errors import SpecError

VALUES: tuple[Any, ...] = (1, 2, 3, [1], [3], [2, 1], [1, 1, 1], ["a"], {"a": 1})
INPUTS: tuple[Any, ...] = (3, [1, 4], [3, 5], [2, 1, 1], [1, 6, 6], {"tokens": 1})

VERBS = [
    "is",
    "has",
    "was",
    "does",
    "needs",
    "as",
    "its",
    "this",
    "holds",
    "takes",
    "gives",
    "divides",
    "contradicts",
    "differs",
    "fits",
    "flows",
    "spans",
]
WRONG = re.compile(rf"(?<![\w.,\[(x/^*=+-])1 (?!(?:{'|'.join(VERBS)})\b)[a-z]+(?<!s)s\b")
"""1 before a word in the plural."""

LINES = {
    "1 number": (
        {"input": [3, 8, 8], "layers": [{"type": "conv2d", "filters": 4, "kernel_size": [3]}]},
        "layers[0].kernel_size: conv2d has 2 spatial axes, but 1 number is given",
    ),
    "1 size": (
        {"input": [4, 4], "layers": [{"type": "split", "sizes": [4], "parts": ["a", "b"]}]},
        "layers[0].sizes: 1 size is given for 2 parts; write one for each",
    ),
    "1 bucket": (
        {"layers": [{"type": "position_bias", "heads": 2, "buckets": 1}]},
        "layers[0].buckets: 1 bucket is too few for a distance each; write at least 4",
    ),
}


def refusals(spec: dict[str, Any]) -> list[str]:
    """Return what is said about a spec."""
    try:
        winitgen.plan(spec)
    except SpecError as error:
        return [f"{mistake.path}: {mistake.message}" for mistake in error.mistakes]
    return []


@pytest.mark.parametrize("name", LINES)
def test_lines(name: str) -> None:
    """Word for word."""
    spec, line = LINES[name]

    assert line in refusals(spec)


@pytest.mark.parametrize("kind", LAYERS)
def test_no_plural_of_one(kind: str) -> None:
    """Each option of each layer type with small values, after small inputs."""
    known = {
        "units": 2,
        "filters": 2,
        "kernel_size": 1,
        "count": 2,
        "dim": 2,
        "heads": 1,
        "shape": [2],
        "hidden": 2,
    }
    options = LAYERS[kind].__struct_fields__
    base = {"type": kind} | {name: value for name, value in known.items() if name in options}
    for option, value, flow in product(set(options) - {"name"}, VALUES, INPUTS):
        for line in refusals({"input": flow, "layers": [{**base, option: value}]}):
            assert not WRONG.search(line), line


def test_a_plural_of_one_would_be_seen() -> None:
    """The test above can fail."""
    assert WRONG.search("layers[0]: 1 buckets are too few")
    assert not WRONG.search("layers[0]: 1 bucket is too few; 1 has 11 sizes, [1, 2] of 0.1 sizes")

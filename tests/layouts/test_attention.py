"""Attention in the layouts: names in PyTorch, and what Keras and Flax do not have."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError

LACKS = {
    "a bias for some parts": (
        {"use_bias": ["query", "key", "value"]},
        "use_bias",
        "bias for some parts only",
    ),
}
"""Options that neither Keras nor Flax has: the key, and what is said to be missing."""


def refusal(layout: str, options: dict[str, Any]) -> str:
    """Return what is said about one attention in a layout."""
    layer = {"name": "attn", "type": "multi_head_attention", "heads": 3, **options}
    with pytest.raises(SpecError) as caught:
        winitgen.plan({"input": [7, 12], "layers": [layer]}, layout=layout)
    return str(caught.value).partition(" ")[2]


@pytest.mark.parametrize(("layout", "framework"), [("keras", "Keras"), ("flax", "Flax"), ("nnx", "Flax")])
@pytest.mark.parametrize("case", LACKS)
def test_refused(case: str, layout: str, framework: str) -> None:
    """The message says which option the framework's attention does not have."""
    options, key, what = LACKS[case]

    assert f"layers[0].{key}: {framework}'s attention has no {what}; leave {key} out" == refusal(
        layout, options
    )


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

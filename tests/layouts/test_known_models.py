"""Examples whose classes are in libraries that need not be installed: names and shapes as recorded from them."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from winitgen.layouts import tensors

KNOWN = Path(__file__).with_name("known")
SPECS = Path(__file__).parents[2] / "specs"


def recorded(name: str) -> dict[str, str]:
    """Return the shape of each tensor of a class, by its name."""
    lines = (KNOWN / f"{name}.txt").read_text().splitlines()
    return dict(line.split() for line in lines)


@pytest.mark.parametrize("name", ["t5-small", "whisper-tiny", "swin-tiny"])
def test_every_tensor_of_the_class(name: str) -> None:
    """The spec has each tensor of the real class, in its shape, and no other."""
    plan = winitgen.plan(SPECS / f"{name}.yaml")

    assert recorded(name) == {tensor.name: "x".join(map(str, tensor.shape)) for tensor in tensors(plan)}

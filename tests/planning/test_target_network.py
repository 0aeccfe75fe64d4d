"""A target network, written out layer by layer: what its refusal advises, followed step by step to equal values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.load import parse_spec

WRITTEN = """
input: [4, 16, 16]
layers:
  - type: group
    name: online
    layers:
      - {name: c1, type: conv2d, filters: 8, kernel_size: 4, strides: 4, activation: relu}
      - {type: flatten}
      - {name: fc, type: dense, units: 6}
  - type: group
    name: target
    layers:
      - {name: c1, type: conv2d, filters: 8, kernel_size: 4, strides: 4, activation: relu, from: input, tied_to: online.c1}
      - {type: flatten}
      - {name: fc, type: dense, units: 6, tied_to: online.fc}
"""
REFUSAL = (
    "q.yaml:13:9: layers[1].layers[0]: conv2d takes 3 axes (channels, height, width), but (6,) flows in; "
    "'input' is what flows into the group; write model_input for what flows into the model"
)
NOTE = (
    "'target.fc' has the kernel of 'online.fc' and a bias of its own; to tie both, write "
    "'tied_to: {kernel: online.fc, bias: online.fc}'"
)


def said(text: str) -> str:
    """Return the refusal of a spec."""
    with pytest.raises(SpecError) as caught:
        winitgen.plan(parse_spec(text.encode(), "q.yaml"))
    return str(caught.value)


def test_what_the_refusal_says() -> None:
    """It says which input is meant by the word, and what to write for the other one."""
    assert REFUSAL == said(WRITTEN)


def test_following_the_advice(tmp_path: Path) -> None:
    """With the two lines that the refusal and the note ask for, all tensors are equal, in a file that verifies and in a forward pass."""
    right = WRITTEN.replace("from: input", "from: model_input")
    assert NOTE in winitgen.plan(parse_spec(right.encode(), "q.yaml")).notes

    text = right.replace("tied_to: online.fc}", "tied_to: {kernel: online.fc, bias: online.fc}}")
    (tmp_path / "q.yaml").write_text(text, encoding="utf-8")
    winitgen.write(tmp_path / "q.yaml", tmp_path / "q.safetensors")
    values = winitgen.generate(tmp_path / "q.yaml")

    assert NOTE not in winitgen.plan(tmp_path / "q.yaml").notes
    for name in ("c1.weight", "c1.bias", "fc.weight", "fc.bias"):
        assert np.array_equal(values[f"online.{name}"], values[f"target.{name}"])
    assert (
        "agrees"
        == winitgen.verify(tmp_path / "q.safetensors", tmp_path / "q.yaml", statistics=True)["verdict"]
    )
    assert winitgen.probe(tmp_path / "q.yaml", samples=3)


def test_the_short_form_is_the_same(tmp_path: Path) -> None:
    """A group that is tied as a whole, which the reference recommends, has the values of the one that is written out."""
    short = (
        WRITTEN[: WRITTEN.index("  - type: group\n    name: target")]
        + "  - {type: group, name: target, tied_to: online, from: input}\n"
    )
    values = winitgen.generate(parse_spec(short.encode(), "q.yaml"))

    assert 8 == len(values)
    for name in ("c1.weight", "c1.bias", "fc.weight", "fc.bias"):
        assert np.array_equal(values[f"online.{name}"], values[f"target.{name}"])

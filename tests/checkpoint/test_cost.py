"""A slice costs what it touches: the bytes of key streams that are computed for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing import grids, keystream

N = 512
DENSE = {"layers": [{"name": "fc", "type": "dense", "inputs": N, "units": N, "init": "normal"}]}
TOKENS = {
    "input": {"tokens": 5},
    "layers": [
        {"name": "embed", "type": "embedding", "count": N, "dim": N, "padding_index": 3},
        {
            "name": "attn",
            "type": "multi_head_attention",
            "heads": 4,
            "fused": True,
            "stored": "in_out",
            "init": "normal",
        },
    ],
}


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each call for words."""
    found: list[int] = []
    words = keystream.words

    def counted(key: bytes, start_byte: int, out: Any) -> None:
        found.append(memoryview(out).nbytes)
        words(key, start_byte, out)

    monkeypatch.setattr(keystream, "words", counted)
    return found


CASES: list[tuple[Any, str, str, Any, int, int]] = [
    (DENSE, "torch", "fc.weight", slice(10, 20), 10 * N, 1),
    (DENSE, "torch", "fc.weight", 5, N, 1),
    (DENSE, "torch", "fc.weight", (slice(None), slice(128, 256)), N * 128, 2),
    (DENSE, "torch", "fc.weight", (slice(None), 7), N * 4, 1),
    (DENSE, "torch", "fc.weight", (slice(None), slice(126, 253)), N * 132, 2),
    (DENSE, "torch", "fc.weight", (slice(None, None, 64), slice(None, None, 2)), 8 * N, 1),
    (DENSE, "torch", "fc.weight", ([3, 7, 8, 9],), 4 * N, 2),
    (DENSE, "torch", "fc.weight", ([3, 400], slice(0, 8)), 16, 2),
    (DENSE, "keras", "fc/kernel", slice(0, 8), N * 8, 1),
    (DENSE, "keras", "fc/kernel", (slice(None), slice(0, 8)), N * 8, 1),
    (DENSE, "flax", "params.fc.kernel", (slice(None), 3), N, 1),
    (TOKENS, "torch", "embed.weight", (slice(None), slice(0, 4)), N * 4, 1),
    (TOKENS, "torch", "attn.qkv.weight", (slice(None), slice(N, N + 8)), N * 8, 1),
    (TOKENS, "torch", "attn.qkv.weight", slice(0, 4), 3 * N * 4, 3),
    (TOKENS, "flax", "params.attn.qkv.kernel", (slice(None), slice(N - 2, N + 2)), 4 * N, 2),
]


@pytest.mark.parametrize(("spec", "layout", "name", "index", "elements", "calls"), CASES)
def test_what_is_drawn(
    spec: Any, layout: str, name: str, index: Any, elements: int, calls: int, computed: list[int]
) -> None:
    """As many elements as are asked for, up to whole blocks of 16 bytes, in few calls."""
    winitgen.open(spec, layout=layout).get_slice(name)[index]

    assert sum(computed) == 4 * elements
    assert len(computed) <= calls


def test_names_and_metadata_draw_nothing(computed: list[int]) -> None:
    """Nor does a slice before it is indexed, or one of no elements."""
    with winitgen.open(TOKENS) as opened:
        part = opened.get_slice(opened.keys()[0])
        assert opened.metadata()
        assert ([2048], "F32") == (part.get_shape()[:1], part.get_dtype()) or part.get_shape()
        assert part[5:5].size == 0

    assert [] == computed


def test_a_run_is_drawn_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows go into the caller's array without a copy, in the drawn format and in a rounded one; an odd address takes one."""
    copied: list[int] = []
    picked = grids._picked

    def seen(values: Any, grid: Any) -> Any:
        copied.append(values.size)
        return picked(values, grid)

    monkeypatch.setattr(grids, "_picked", seen)
    for dtype in ("float32", "float16"):
        opened = winitgen.open(DENSE, dtype=dtype)
        rows = opened.get_tensor("fc.weight")[10:20]
        copied.clear()
        out = np.zeros_like(rows)
        odd = np.zeros(rows.nbytes + 1, np.uint8)[1:].view(rows.dtype).reshape(rows.shape)

        assert np.array_equal(opened.read("fc.weight", (range(10, 20), range(N)), out), rows)
        assert not copied
        assert np.array_equal(opened.read("fc.weight", (range(10, 20), range(N)), odd), rows)
        assert copied == [10 * N]

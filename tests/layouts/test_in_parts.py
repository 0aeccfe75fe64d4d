"""A large tensor that a layout turns is drawn block by block: the same bits, by all threads, without an array of its size."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.checkpoint.models import LAYOUTS, MODELS
from tests.checkpoint.test_boxes import LACKING
from winitgen import layouts
from winitgen.drawing import draw
from winitgen.layouts import in_parts
from winitgen.layouts.in_parts import parts_of
from winitgen.layouts.stack import StackedTensor
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.scratch import Workspace


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every tensor count as large, and every way of drawing as cheap."""
    monkeypatch.setattr(in_parts, "LEAST", 0)
    monkeypatch.setattr(in_parts, "DEAREST", 1 << 40)


def pieces(model: str, layout: str, dtype: str) -> Iterator[Tensor]:
    """Yield the tensors of a model that are arranged, those inside others too."""
    for tensor in layouts.tensors(winitgen.plan(MODELS[model], layout=layout, dtype=dtype)):
        for piece in tensor.pieces if isinstance(tensor, StackedTensor) else [tensor]:
            if piece.arrangement is not None:
                yield piece


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("model", "layout"), sorted({*product(MODELS, LAYOUTS)} - LACKING))
def test_any_range_has_the_bits_of_the_whole(model: str, layout: str) -> None:
    """Every arrangement of every layout, in three number formats, from any element to any other."""
    chosen = random.Random(5)  # noqa: S311 - ranges, not secrets
    workspace = Workspace()
    for dtype in ("float32", "float64", "bfloat16"):
        for tensor in pieces(model, layout, dtype):
            whole = tensor.arranged(*map(draw.whole, tensor.parameters))
            for _ in range(6):
                first, last = sorted(chosen.choices(range(tensor.size + 1), k=2))
                found = tensor.draw(first, last - first, workspace)
                assert whole[first:last].tobytes() == found.tobytes(), (tensor.name, first, last)
            if parts_of(tensor) is not None:
                assert not tensor.holds


@pytest.mark.usefixtures("small")
def test_most_arrangements_can_be_drawn_in_parts() -> None:
    """All but sums, and what is computed as a whole, such as an orthogonal matrix."""
    found = [
        piece for model in ("mlp", "attention", "convolutions") for piece in pieces(model, "keras", "float32")
    ]
    drawn = [piece for piece in found if parts_of(piece) is not None]

    assert len(drawn) > len(found) / 2


def dense(inputs: int, units: int, init: str = "he_normal") -> Tensor:
    """Return the kernel of a dense layer as Keras has it."""
    layer = {"name": "fc", "type": "dense", "units": units, "init": init}
    planned = winitgen.plan({"input": inputs, "layers": [layer]}, layout="keras")
    return next(one for one in layouts.tensors(planned) if len(one.shape) > 1)


def test_large_matrices_are_and_small_ones_are_not() -> None:
    """From four million elements on; an orthogonal matrix is computed as a whole whatever its size."""
    assert parts_of(dense(2048, 2048)) is not None
    assert parts_of(dense(2048, 2047)) is None
    assert parts_of(dense(2048, 2048, "orthogonal")) is None


def test_kernels_of_convolutions_are_drawn_whole() -> None:
    """What lies beside each other in Keras's kernel lies nine elements apart: a block would draw nine times as much."""
    layer = {"name": "conv", "type": "conv2d", "filters": 1024, "kernel_size": 3, "use_bias": False}
    planned = winitgen.plan({"input": [1024, 8, 8], "layers": [layer]}, layout="keras")
    [kernel] = layouts.tensors(planned)

    assert (1024 * 1024 * 9, None) == (kernel.size, parts_of(kernel))


def test_a_block_of_a_large_matrix() -> None:
    """Its first, its last, and one across rows; nothing is held."""
    tensor, workspace = dense(2048, 2500), Workspace()
    whole = np.ascontiguousarray(draw.whole(tensor.parameters[0]).T).reshape(-1)
    for first in (0, 1_234_567, tensor.size - in_parts.LEAST // 32):
        found = tensor.draw(first, in_parts.LEAST // 32, workspace)

        assert whole[first : first + found.size].tobytes() == found.tobytes()
    assert not tensor.holds


CHILD = """
import sys
sys.path[:0] = {path!r}
import winitgen
layer = {{"name": "fc", "type": "dense", "units": 8192, "use_bias": False}}
winitgen.write({{"input": 4096, "layers": [layer]}}, sys.argv[1], layout="keras", threads=2, fsync=False)
with open("/proc/self/status") as status:  # ru_maxrss would count what the parent had before exec
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="needs /proc/self/status, which only Linux has"
)
def test_memory(tmp_path: Path) -> None:
    """A matrix of 134 megabytes, turned, is written in less than its own size: the process stays below 90."""
    call = [sys.executable, "-c", CHILD.format(path=sys.path), str(tmp_path / "w.safetensors")]
    peak = int(subprocess.run(call, capture_output=True, text=True, check=True).stdout)

    assert peak < 90_000

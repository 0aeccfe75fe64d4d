"""Whole-array schemes give the same bytes however they are drawn."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.portable.models import LARGE as SPEC
from winitgen.drawing import draw
from winitgen.drawing.whole import whole_array
from winitgen.files.formats import FORMATS
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.publish import publish
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.numeric.scratch import Workspace


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("block", [61, 4999, 1 << 17])
def test_threads_and_blocks(
    block: int, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the number of threads nor the block size changes a byte."""
    once, again = tmp_path / "once.safetensors", tmp_path / "again.safetensors"
    planned = winitgen.plan(SPEC)
    winitgen.write(planned, once)
    whole_array._held.clear()
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    output = plan_output(FORMATS["safetensors"], tensors(planned), metadata(planned))
    publish(output, again, WriteOptions(threads=threads, block=block, fsync=False))

    assert once.read_bytes() == again.read_bytes()


def test_two_arrays_are_held() -> None:
    """At most two whole arrays stay in memory, however many parameters are drawn."""
    winitgen.generate(SPEC)

    assert 2 >= len(whole_array._held)


def test_a_block_belongs_to_the_caller() -> None:
    """Changing a drawn block does not change the array it came from."""
    parameter = winitgen.plan(SPEC).parameters[0]
    first = draw.draw(parameter, 0, 50, Workspace())
    expected = first.copy()
    first[:] = 7.0

    np.testing.assert_array_equal(expected, draw.draw(parameter, 0, 50, Workspace()))


def test_any_block_by_itself() -> None:
    """A block equals the same slice of the whole, in any order."""
    parameter = winitgen.plan(SPEC).parameters[0]
    expected = draw.whole(parameter).reshape(-1)
    block = partial(draw.draw, parameter)

    for start, count in ((1000, 17), (0, 3), (parameter.size - 1, 1)):
        np.testing.assert_array_equal(expected[start : start + count], block(start, count, Workspace()))

"""How much work a file of very many small tensors is: function calls are counted, which no machine makes slower."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from winitgen.audit.inspect.report import compact_report
from winitgen.report.files import json_parts
from winitgen.report.inspect_table import table
from winitgen.report.terminal import print_table

FEW, MANY = 200, 2200


def as_table(path: Path) -> None:
    """Print a file as a table."""
    print_table(*table(compact_report(str(path), threads=1), bars=" .:"), io.StringIO())


def as_json(path: Path) -> None:
    """Print a file as JSON."""
    io.StringIO().writelines(json_parts(compact_report(str(path), threads=1)))


def calls(show: Callable[[Path], None], path: Path) -> int:
    """Return how many calls of functions, in Python and in C, reporting a file takes."""
    counted = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        show(path)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize(("show", "most"), [(as_table, 165), (as_json, 125)])
def test_a_small_tensor_takes_few_calls(show: Callable[[Path], None], most: int, tmp_path: Path) -> None:
    """Each of very many tensors takes so few that 100,000 are read and shown within 5 seconds of a processor."""
    values = np.random.default_rng(0).standard_normal((MANY, 2, 3)).astype("f4")
    for count in (FEW, MANY):
        save_file(
            {f"model.layers.{index}.weight": values[index] for index in range(count)},
            tmp_path / f"{count}.safetensors",
        )
    show(tmp_path / f"{FEW}.safetensors")

    few, many = (calls(show, tmp_path / f"{count}.safetensors") for count in (FEW, MANY))

    assert most > (many - few) / (MANY - FEW)

"""Whole-array schemes are the same bytes whatever NumPy was built with, and however they are drawn."""

import hashlib
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen import draw
from winitgen.files import metadata, tensors
from winitgen.structured import whole
from winitgen.workspace import Workspace
from winitgen.writers import FORMATS
from winitgen.writers.output import write

ROOT = Path(__file__).parents[2]

SPEC: dict[str, Any] = {
    "input": [6, 9, 9],
    "layers": [
        {"name": "c", "type": "conv2d", "filters": 24, "kernel_size": 3, "init": "orthogonal"},
        {"name": "d", "type": "conv2d", "filters": 48, "kernel_size": 3, "init": "delta_orthogonal"},
        {
            "name": "e",
            "type": "conv2d",
            "filters": 64,
            "kernel_size": 1,
            "init": {"scheme": "icnr", "upscale": 2},
        },
        {"name": "b", "type": "conv2d", "filters": 64, "kernel_size": 2, "init": "bilinear"},
        {"name": "g", "type": "conv2d", "filters": 64, "kernel_size": 1, "init": "dirac"},
        {"type": "reshape", "shape": [64, 16]},
        {"name": "r", "type": "lstm", "units": 67, "bias_init": {"scheme": "chrono", "t_max": 784}},
        {
            "name": "s",
            "type": "dense",
            "units": 301,
            "init": {"scheme": "sparse", "nonzeros": 15, "direction": "incoming"},
        },
        {"name": "o", "type": "dense", "units": 203, "init": {"scheme": "orthogonal", "gain": 1.7}},
        {"name": "i", "type": "dense", "units": 50, "init": "identity", "bias_init": "mamba_dt_bias"},
        {"name": "a", "type": "param", "shape": [40, 16], "init": "mamba_a_log"},
    ],
}

SHA256 = "55fae119e1249705a853f39da08aa71a0f4342e53db496c36e220a6958d5a702"

CODE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import winitgen, numpy
from tests.structured.test_same_bytes import SPEC, digest
print(numpy.__version__, digest())
"""


def digest() -> str:
    """Return the SHA-256 of all values, float32 and float64."""
    found = hashlib.sha256()
    for dtype in ("float32", "float64"):
        for array in winitgen.generate(SPEC, dtype=dtype).values():
            found.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()


def test_recorded() -> None:
    """The values are those they have always been."""
    assert SHA256 == digest()


@pytest.mark.parametrize(
    "features",
    ["", "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR", "all"],
    ids=["all features", "no AVX-512", "baseline"],
)
def test_other_vector_instructions(features: str) -> None:
    """A processor with fewer vector instructions computes the same bytes."""
    environment = {**os.environ, "OPENBLAS_CORETYPE": "Prescott", "PYTHONWARNINGS": "ignore"}
    if features:
        environment["NPY_DISABLE_CPU_FEATURES"] = dispatched() if features == "all" else features
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )

    assert f"{np.__version__} {SHA256}" == done.stdout.strip()


def dispatched() -> str:
    """Return every optional feature that this NumPy uses on this processor."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__  # type: ignore[import-not-found]

    return " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name])


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("block", [61, 4999, 1 << 17])
def test_threads_and_blocks(
    block: int, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the number of threads nor that of elements in a block changes a byte."""
    once, again = tmp_path / "once.safetensors", tmp_path / "again.safetensors"
    planned = winitgen.plan(SPEC)
    winitgen.write(planned, once)
    whole._held.clear()
    monkeypatch.setattr("winitgen.writers.stream._WORTH_A_THREAD", 0)
    safetensors = FORMATS["safetensors"]
    write(
        safetensors,
        tensors(planned),
        metadata(planned),
        str(again),
        threads=threads,
        block=block,
        fsync=False,
    )

    assert once.read_bytes() == again.read_bytes()


def test_two_arrays_are_held() -> None:
    """However many parameters are drawn, no more than two whole arrays stay in memory."""
    winitgen.generate(SPEC)

    assert 2 >= len(whole._held)


def test_a_block_is_the_callers_own() -> None:
    """What is done to a block that was drawn does not reach the array it came from."""
    parameter = winitgen.plan(SPEC).parameters[0]
    first = draw.draw(parameter, 0, 50, Workspace())
    expected = first.copy()
    first[:] = 7.0

    np.testing.assert_array_equal(expected, draw.draw(parameter, 0, 50, Workspace()))


def test_any_run_by_itself() -> None:
    """A run of elements is the same as that part of the whole, in any order."""
    parameter = winitgen.plan(SPEC).parameters[0]
    expected = draw.whole(parameter).reshape(-1)
    run = partial(draw.draw, parameter)

    for start, count in ((1000, 17), (0, 3), (parameter.size - 1, 1)):
        np.testing.assert_array_equal(expected[start : start + count], run(start, count, Workspace()))

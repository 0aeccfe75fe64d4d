"""A slice of a checkpoint has the bits of NumPy's slice of what `generate` draws."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import winitgen
from tests.checkpoint.models import LAYOUTS, MODELS, random_index
from tests.frameworks.conftest import import_framework
from tests.hostile.models import Model, models
from tests.kernel_paths import drawn_by
from winitgen.drawing import grids

CASES = [*product(MODELS, LAYOUTS)]
LACKING = {("recurrent", "flax"), ("recurrent", "nnx")}
"""Flax's GRU cell has one bias less."""


def compared(spec: Any, layout: str, dtype: str | None, seed: int, times: int = 6) -> winitgen.Checkpoint:
    """Compare random slices of all tensors with those of their arrays; return the checkpoint."""
    drawn = random.Random(seed)  # noqa: S311 - slices, not secrets
    arrays = winitgen.generate(spec, layout=layout, dtype=dtype, seed=seed)
    opened = winitgen.open(spec, layout=layout, dtype=dtype, seed=seed)
    assert sorted(arrays) == opened.keys()
    for name, array in arrays.items():
        indices: list[Any] = [..., *(random_index(array.shape, drawn) for _ in range(times))]
        for index in indices:
            found, expected = opened.get_slice(name)[index], array[index]
            assert (expected.shape, expected.dtype) == (found.shape, found.dtype), (name, index)
            assert expected.tobytes() == found.tobytes(), (name, index)
            assert found.flags.c_contiguous, (name, index)
            assert found.flags.writeable, (name, index)
    return opened


@pytest.mark.parametrize(("model", "layout"), CASES)
def test_random_slices(model: str, layout: str) -> None:
    """Every arrangement of every layout, in three number formats; no arrangement but a sum is drawn whole."""
    if (model, layout) in LACKING:
        with pytest.raises(winitgen.SpecError, match="Flax's GRUCell adds one bias"):
            winitgen.open(MODELS[model], layout=layout)
        return
    for number, dtype in enumerate((None, "float64", "bfloat16")):
        opened = compared(MODELS[model], layout, dtype, 7 + number)
        whole = {name for name, tiles in opened._tiles.items() if tiles is None}
        assert whole == {name for name, tensor in opened.tensors.items() if tensor.added}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("runs", [1, 1 << 20])
def test_every_way_of_drawing(layout: str, runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NumPy's kernels, where a block is a few elements, and where runs count as nothing or as everything."""
    monkeypatch.setattr(grids, "BLOCK", 16)
    monkeypatch.setattr(grids, "CALL", runs)
    monkeypatch.setattr(grids, "IN_BLOCKS", 0)
    with drawn_by("numpy"):
        for model in ("mlp", "schemes", "attention", "convolutions", "interleaved"):
            compared(MODELS[model], layout, None, 3)


@pytest.mark.parametrize(
    "dtype", ["float16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"]
)
def test_narrow_formats(dtype: str) -> None:
    """They are rounded once, as in a file."""
    compared(MODELS["mlp"], "torch", dtype, 5)


def test_large_tensors_are_shared_by_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bits are those of one thread, in a layout that turns them, too."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 1)
    monkeypatch.setattr("winitgen.numeric.threads.processors", lambda: 3)
    for layout in LAYOUTS:
        compared(MODELS["convolutions"], layout, None, 1, times=2)


def test_a_list_of_places() -> None:
    """In any order and more than once, on any axis; an array of NumPy is one."""
    array = winitgen.generate(MODELS["mlp"])["fc1.weight"]
    part = winitgen.open(MODELS["mlp"]).get_slice("fc1.weight")

    assert np.array_equal(array[[3, 4, 5, 1, 1, -1]], part[[3, 4, 5, 1, 1, -1]])
    assert np.array_equal(array[2:9:3, [3, 0]], part[2:9:3, np.array([3, 0])])
    assert np.array_equal(array[::-2, [3, 0]], part[::-2, (np.int64(3), 0)])
    assert np.array_equal(array[5, [3, 0]], part[5, [3, 0]])
    assert (0, 12) == part[[]].shape


@pytest.mark.parametrize("framework", ["np", "pt"])
def test_every_mixture_of_kinds_is_that_of_the_whole_tensor(framework: str) -> None:
    """Where a slice or ``...``, even one of no axes, stands between a list and a number, NumPy puts the list's axis first; PyTorch does not."""
    if framework == "pt":
        import_framework("torch")
    spec = {"layers": [{"name": "w", "type": "param", "shape": [2, 3, 4, 5], "init": "normal"}]}
    opened = winitgen.open(spec, framework)
    whole, part = opened.get_tensor("w"), opened.get_slice("w")
    kinds: dict[str, Any] = {"number": 1, "slice": slice(0, 2), "list": [1, 0, 1, 1, 0, 0, 1], "...": ...}
    tried = 0
    for names in (names for count in range(1, 6) for names in product(kinds, repeat=count)):
        if names.count("list") <= 1 >= names.count("...") and len(names) - names.count("...") <= whole.ndim:
            index = tuple(kinds[name] for name in names)
            found, expected = part[index], whole[index]
            assert (expected.shape, expected.tolist()) == (found.shape, found.tolist()), names
            assert found.flags.c_contiguous if framework == "np" else found.is_contiguous(), names
            tried += 1
    assert 430 == tried


def test_jax_has_the_axes_of_numpy() -> None:
    """An array of JAX takes no list, but one of NumPy."""
    import_framework("jax")
    spec = {"layers": [{"name": "w", "type": "param", "shape": [2, 3, 4, 5], "init": "normal"}]}
    opened = winitgen.open(spec, "jax")
    for index in ((0, slice(None), np.array([1, 2])), (slice(None), 0, slice(None), np.array([3]))):
        found, expected = opened.get_slice("w")[index], opened.get_tensor("w")[index]
        assert (expected.shape, expected.tolist()) == (found.shape, found.tolist())


@pytest.mark.parametrize("columns", [slice(2, 5), slice(3, 4), slice(0, 80, 9)])
def test_the_row_of_padding_is_zero_in_columns(columns: slice) -> None:
    """Where many runs are drawn at once, too."""
    embedding = {"name": "e", "type": "embedding", "count": 300, "dim": 80, "padding_index": 3}
    spec = {"input": {"tokens": 5}, "layers": [embedding]}
    found = winitgen.open(spec).get_slice("e.weight")[1:, columns]

    assert np.array_equal(winitgen.generate(spec)["e.weight"][1:, columns], found)
    assert not found[2].any()
    assert found[3].all()


def test_numbers_beyond_32_bits() -> None:
    """The blocks of a key stream are counted by 64 bits."""
    rows = 1 << 34
    part = winitgen.open(
        {"layers": [{"name": "w", "type": "param", "shape": [rows, 3], "init": "normal"}]}
    ).get_slice("w")
    near = part[rows - 9 :]

    assert np.array_equal(near[:, 1], part[rows - 9 :, 1])
    assert np.array_equal(near[::4, 2], part[rows - 9 :: 4, 2])
    assert np.array_equal(near[-1], part[-1])
    below = part[(1 << 34) // 3 - 5 : (1 << 34) // 3 + 5]
    assert np.array_equal(below[:, 1], part[(1 << 34) // 3 - 5 : (1 << 34) // 3 + 5, 1])


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
@given(model=models(), layout=st.sampled_from(LAYOUTS), seed=st.integers(0, 1000))
def test_random_models(model: Model, layout: str, seed: int) -> None:
    """Models of any layers, in the layouts that have them."""
    try:
        winitgen.plan(model.spec, layout=layout)
    except winitgen.SpecError:
        return
    compared(model.spec, layout, None, seed, times=3)

"""Tensors that have to do with each other, and parts of tensors: copies and order are found, with place and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen

Arrays = dict[str, np.ndarray]

SPEC = {
    "input": 90,
    "layers": [
        {"name": "a", "type": "dense", "units": 90, "init": "he_normal", "use_bias": False},
        {"name": "b", "type": "dense", "units": 90, "init": "he_normal", "use_bias": False},
        {"name": "n", "type": "dense", "units": 64, "init": {"scheme": "normal", "std": 0.02}, "bias_init": {"scheme": "normal", "std": 0.02}},
        {"name": "u", "type": "dense", "units": 90, "init": "xavier_uniform", "use_bias": False},
        {"name": "experts", "type": "param", "shape": [6, 30, 40], "init": {"scheme": "normal", "std": 0.1}},
        {"name": "heads", "type": "param", "shape": [50, 12, 16], "init": {"scheme": "normal", "std": 0.1}},
    ],
}  # fmt: skip


def put(name: str, place: Any, source: str, part: Any = ..., factor: float = 1.0) -> Callable[[Arrays], None]:
    """Return a mistake: a part of one tensor has the values of a part of another."""

    def change(arrays: Arrays) -> None:
        values = arrays[source][part] * np.float32(factor)
        arrays[name][place] = values.reshape(arrays[name][place].shape)

    return change


def fill(name: str, place: Any, value: float) -> Callable[[Arrays], None]:
    """Return a mistake: a part of a tensor has one value."""

    def change(arrays: Arrays) -> None:
        arrays[name][place] = value

    return change


def sort(arrays: Arrays) -> None:
    """Sort all values of a matrix."""
    arrays["a.weight"][:] = np.sort(arrays["a.weight"], axis=None).reshape(90, 90)


def sort_columns(arrays: Arrays) -> None:
    """Sort each column of a matrix."""
    arrays["a.weight"].sort(axis=0)


def turn(arrays: Arrays) -> None:
    """Let a kernel be another one turned."""
    arrays["b.weight"][:] = arrays["a.weight"].T


def shuffle(arrays: Arrays) -> None:
    """Let a kernel have the rows of another one in another order."""
    arrays["b.weight"][:] = arrays["a.weight"][np.random.default_rng(0).permutation(90)]


def mix(arrays: Arrays) -> None:
    """Let half of the variance of a kernel be that of another one."""
    arrays["b.weight"][:] = (arrays["a.weight"] + arrays["b.weight"]) * np.float32(0.5**0.5)


def restart(arrays: Arrays) -> None:
    """Let two tensors of other shapes begin with the values of a kernel, one of them with another deviation."""
    flat = arrays["a.weight"].reshape(-1)
    arrays["experts"][:] = flat[:7200].reshape(6, 30, 40) * np.float32(0.1 / (2 / 90) ** 0.5)
    arrays["n.bias"][:] = flat[:64] * np.float32(0.02 / (2 / 90) ** 0.5)


def tile(arrays: Arrays) -> None:
    """Let a matrix be four equal blocks."""
    arrays["a.weight"][:] = np.tile(arrays["a.weight"][:45, :45], (2, 2))


def mirror(sign: int) -> Callable[[Arrays], None]:
    """Return a mistake: a matrix equals its transpose, or is -1 times it."""

    def change(arrays: Arrays) -> None:
        upper = np.triu(arrays["a.weight"], 1 if sign < 0 else 0)
        arrays["a.weight"][:] = upper + sign * np.triu(upper, 1).T

    return change


S = np.s_
MUTANTS: dict[str, tuple[Callable[[Arrays], None], list[str]]] = {
    "a layer copied": (put("b.weight", ..., "a.weight"), ["b.weight: equals a.weight, but the spec draws both"]),
    "signs turned": (put("b.weight", ..., "a.weight", factor=-1), ["b.weight: is -1 times a.weight, but the spec draws both"]),
    "transposed": (turn, ["b.weight: equals the transpose of a.weight, but the spec draws both"]),
    "symmetric": (mirror(1), ["a.weight: equals its transpose, but the spec draws both"]),
    "antisymmetric": (mirror(-1), ["a.weight: is -1 times its transpose, but the spec draws both"]),
    "one seed, two deviations": (put("n.weight", ..., "a.weight", S[:64], 0.02 / (2 / 90) ** 0.5), ["n.weight: is 0.1342 times [0:64] of a.weight, but the spec draws both"]),
    "a generator set back": (restart, ["n.bias: the run of its first 64 values is 0.1342 times that of a.weight, but the spec draws both", "experts: the run of its first 64 values is 0.6708 times that of a.weight, but the spec draws both"]),
    "rows shuffled": (shuffle, ["b.weight: 90 of its 90 rows equal some of a.weight, such as [0] and [27], but the spec draws both"]),
    "mixed": (mix, ["b.weight: values correlate with those of a.weight: r is about 0.7, planned 0"]),
    "a block of rows": (put("a.weight", S[50:57], "a.weight", S[11:18]), ["a.weight: [50:57] equals [11:18], but the spec draws both"]),
    "a block of columns": (put("a.weight", S[:, 60:90], "a.weight", S[:, :30]), ["a.weight: [:, 60:90] equals [:, 0:30], but the spec draws both"]),
    "a gate in another layer": (put("b.weight", S[30:60], "a.weight", S[60:]), ["b.weight: [30:60] equals [60:90] of a.weight, but the spec draws both"]),
    "a row scaled": (put("a.weight", 70, "a.weight", 3, 1.5), ["a.weight: [70] is 1.5 times [3], but the spec draws both"]),
    "a quadrant": (put("a.weight", S[45:, 45:], "a.weight", S[:45, :45]), ["a.weight: [45:90, 45:90] equals [0:45, 0:45], but the spec draws both"]),
    "four blocks": (tile, ["a.weight: [45:90] equals [0:45], but the spec draws both"]),
    "two experts": (put("experts", 4, "experts", 1), ["experts: [4] equals [1], but the spec draws both"]),
    "rows within an expert": (put("experts", S[2, 6:9], "experts", S[2, 20:23]), ["experts: [2, 20:23] equals [2, 6:9], but the spec draws both"]),
    "columns of all experts": (put("experts", S[:, :, 7], "experts", S[:, :, 3]), ["experts: [:, :, 7] equals [:, :, 3], but the spec draws both"]),
    "one head repeated": (put("heads", S[:, 9], "heads", S[:, 4]), ["heads: [:, 9] equals [:, 4], but the spec draws both"]),
    "eighths of a bias": (put("n.bias", S[32:40], "n.bias", S[8:16]), ["n.bias: [32:40] equals [8:16], but the spec draws both"]),
    "a constant row": (fill("u.weight", 8, 0.0625), ["u.weight: [8] is constant, but the spec draws it"]),
    "a row of zeros": (fill("u.weight", 8, 0.0), ["u.weight: [8] is constant, but the spec draws it"]),
    "two constant columns": (fill("u.weight", S[:, [3, 40]], 0.0), ["u.weight: 2 of its 64 columns are constant, such as [:, 3], but the spec draws them"]),
    "sorted": (sort, ["a.weight: values correlate with the next ones along axis 0: r = 0.9", "a.weight: values correlate with the next ones along axis 1: r = 1.0"]),
    "columns sorted": (sort_columns, ["a.weight: values correlate with the next ones along axis 0: r = 0.943, planned 0 (z = 84.4)", "a.weight: values correlate with the next ones along axis 1: r = 0.9"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_found(name: str, complaints: Callable[..., list[str]]) -> None:
    """Each mistake is found, and only it; the line says where, and what is wrong."""
    change, expected = MUTANTS[name]
    arrays = {key: array.copy() for key, array in winitgen.generate(SPEC, seed=3).items()}
    assert [] == complaints(arrays, SPEC)
    change(arrays)

    found = complaints(arrays, SPEC)
    assert len(expected) == len(found)
    assert expected == [line[: len(start)] for line, start in zip(found, expected, strict=True)]


FORMATS = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float8_e5m2": ml_dtypes.float8_e5m2}


@pytest.mark.parametrize("dtype", FORMATS)
def test_found_in_narrow_formats(dtype: str, complaints: Callable[..., list[str]]) -> None:
    """Copies of many values are found where many values of a tensor are equal, too."""
    arrays = winitgen.generate(SPEC, seed=4, dtype=dtype)
    assert [] == complaints(arrays, SPEC, dtype=dtype)
    copied = {name: array.copy() for name, array in arrays.items()}
    copied["a.weight"][30:40] = copied["a.weight"][60:70]
    copied["experts"][5] = copied["experts"][0]

    assert [
        "a.weight: [60:70] equals [30:40], but the spec draws both",
        "experts: [5] equals [0], but the spec draws both",
    ] == complaints(copied, SPEC, dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", "float8_e5m2", "bfloat16"])
def test_what_is_equal_by_chance_is_no_alarm(dtype: str, complaints: Callable[..., list[str]]) -> None:
    """Many tensors of one to six values are not compared, nor rows as short, some of which are equal."""
    layers = [{"name": f"v{n}", "type": "param", "shape": [1 + n % 6], "init": {"scheme": "normal", "std": 0.1}} for n in range(120)]  # fmt: skip
    layers.append(
        {"name": "rows", "type": "param", "shape": [4000, 3], "init": {"scheme": "normal", "std": 0.1}}
    )
    layers.append({"name": "ends", "type": "param", "shape": [40, 20], "init": {"scheme": "uniform", "low": 1.0, "high": 1.0 + 2**-22}})  # fmt: skip
    spec = {"layers": layers}
    arrays = winitgen.generate(spec, seed=7, dtype=dtype)

    assert [] == complaints(arrays, spec, dtype=dtype)


RECURRENT = {
    "input": {"tokens": 7},
    "rules": [{"match": "*/recurrent_kernel", "init": "orthogonal"}],
    "layers": [
        {"name": "e", "type": "embedding", "count": 60, "dim": 24, "padding_index": 2},
        {"name": "l", "type": "lstm", "units": 32, "return_sequences": True},
        {"name": "m", "type": "lstm", "units": 32, "return_sequences": True},
        {"name": "att", "type": "multi_head_attention", "heads": 4, "fused": True},
        {"name": "other", "type": "multi_head_attention", "heads": 4, "fused": True},
        {"name": "s", "type": "dense", "units": 32, "use_bias": False, "init": {"scheme": "sparse", "nonzeros": 9, "direction": "outgoing"}},
        {"name": "t", "type": "dense", "units": 32, "use_bias": False, "init": {"scheme": "sparse", "nonzeros": 9, "direction": "outgoing"}},
    ],
}  # fmt: skip


def changed_layers(arrays: Arrays, changes: dict[str, tuple[Any, str, Any]]) -> Arrays:
    """Return arrays of which parts have the values of other parts."""
    copied = {name: array.copy() for name, array in arrays.items()}
    for name, (place, source, part) in changes.items():
        copied[name][place] = copied[source][part]
    return copied


def test_gates_heads_and_whole_draws(complaints: Callable[..., list[str]]) -> None:
    """A gate, a fused head, an orthogonal kernel, a sparse one and a row of a padded table are found in PyTorch's layout."""
    arrays = winitgen.generate(RECURRENT, seed=2)
    assert [] == complaints(arrays, RECURRENT)
    copied = changed_layers(
        arrays,
        {
            "l.weight_ih_l0": (S[64:96], "l.weight_ih_l0", S[:32]),
            "m.weight_hh_l0": (..., "l.weight_hh_l0", ...),
            "other.qkv.weight": (S[8:16], "att.qkv.weight", S[40:48]),
            "t.weight": (..., "s.weight", ...),
            "e.weight": (9, "e.weight", 5),
        },
    )

    assert {
        "e.weight: [9] equals [5], but the spec draws both",
        "l.weight_ih_l0: [64:96] equals [0:32], but the spec draws both",
        "m.weight_hh_l0: equals l.weight_hh_l0, but the spec draws both",
        "other.qkv.weight: [8:16] equals [40:48] of att.qkv.weight, but the spec draws both",
        "t.weight: equals s.weight, but the spec draws both",
    } == set(complaints(copied, RECURRENT))


def test_gates_along_the_last_axis(complaints: Callable[..., list[str]]) -> None:
    """In Keras's layout a gate is a block of columns."""
    arrays = winitgen.generate(RECURRENT, seed=2, layout="keras")
    name = next(name for name in arrays if name.startswith("l/") and arrays[name].shape == (24, 128))
    copied = changed_layers(arrays, {name: (S[:, 96:], name, S[:, 32:64])})

    assert [] == complaints(arrays, RECURRENT, layout="keras")
    assert [f"{name}: [:, 96:128] equals [:, 32:64], but the spec draws both"] == complaints(copied, RECURRENT, layout="keras")  # fmt: skip


def test_values_that_are_not_finite_are_not_compared(complaints: Callable[..., list[str]]) -> None:
    """Of a tensor with NaN only that is said; others are compared as ever."""
    arrays = {name: array.copy() for name, array in winitgen.generate(SPEC, seed=3).items()}
    arrays["a.weight"][:] = arrays["b.weight"]
    arrays["a.weight"][0, 0] = np.nan
    arrays["n.weight"][3] = arrays["n.weight"][30]

    assert [
        "a.weight: 1 NaN among 8,100 values",
        "n.weight: [30] equals [3], but the spec draws both",
    ] == complaints(arrays, SPEC)

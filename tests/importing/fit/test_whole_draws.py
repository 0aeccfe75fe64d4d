"""Random whole numbers: their range is found in the values, and nothing that follows a rule is taken for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.importing.fit.fitting import fit, law
from winitgen.importing.fit.fitting import Lawless
from winitgen.importing.found import FoundTensor
from winitgen.importing.weights import of_file
from winitgen.numeric.arrays import Array

SHAPES = [[2900], [23, 37], [700, 3], [4, 5, 60], [1, 330]]
RANGES = [(0, 2), (-1, 2), (0, 16), (-57, 12), (3, 7), (-1000, 20000)]
DTYPES = [
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"),
    *("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"),
]


def drawn_spec(dtype: str) -> dict[str, Any]:
    """Return a spec of random whole numbers in every shape and range that a format has."""
    layers = []
    for place, shape in enumerate(SHAPES):
        for number, (low, high) in enumerate(RANGES):
            layer: dict[str, Any] = {
                "name": f"{'abcdef'[place]}.{'uvwxyz'[number]}",
                "type": "param",
                "shape": shape,
                "dtype": dtype,
            }
            layer["init"] = {"scheme": "integers", "low": low, "high": high}
            try:
                winitgen.plan({"layers": [layer]})
            except winitgen.WinitgenError:
                continue
            layers.append(layer)
    return {"layers": layers}


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_spec_is_found_again(dtype: str, tmp_path: Path) -> None:
    """Drawn, fitted, and the file agrees with what is found; a range that comes often enough has its ends."""
    spec = drawn_spec(dtype)
    path = tmp_path / "w.safetensors"
    winitgen.write(spec, path, seed=3)
    (tmp_path / "m.yaml").write_text(of_file(str(path), fit=True).text)
    found = winitgen.plan(tmp_path / "m.yaml")
    wanted = {layer["name"]: layer["init"] for layer in spec["layers"]}

    assert wanted
    for parameter in found.parameters:
        init = wanted[parameter.id]
        count = init["high"] - init["low"]
        assert "integers" == parameter.scheme
        if 20 * count < parameter.size:
            assert f"{init['low']} to {init['high'] - 1}" == parameter.formula
    assert "agrees" == winitgen.verify(path, tmp_path / "m.yaml", statistics=True)["verdict"]


def drawn(seed: int, low: int, high: int, *shape: int, dtype: Any = np.int64) -> Array:
    """Return whole numbers from ``low`` to ``high`` - 1 by NumPy's generator."""
    return np.random.default_rng(seed).integers(low, high, shape).astype(dtype)


EVIDENCE: list[tuple[Array, Any, str]] = [
    (drawn(0, -100, 100, 40, 50), {"low": -100, "high": 100}, "whole numbers, -100 to 99 in 2,000 values; either end may lie up to 1 further out"),
    (drawn(1, 0, 7, 900), {"high": 7}, "whole numbers, 0 to 6 in 900 values"),
    (drawn(2, 10, 10**6, 30, 10), {"low": 3196, "high": 999556}, "whole numbers, 3196 to 999555 in 300 values; either end may lie up to 39,854 further out"),
    (drawn(3, -(2**31), 2**31, 30, 90, dtype=np.int32), {"low": -(2**31), "high": 2**31}, "whole numbers, -2142551249 to 2146637660 in 2,700 values; the ends are those of int32"),
    (drawn(4, 0, 256, 500, dtype=np.uint8), {"high": 256}, "whole numbers, 0 to 255 in 500 values; either end may lie up to 6 further out"),
    (drawn(5, 0, 2, 999, dtype=bool), {"high": 2}, "whole numbers, 0 to 1 in 999 values"),
    (drawn(6, -1, 2, 60, 70, dtype=np.float32), {"low": -1, "high": 2}, "whole numbers, -1 to 1 in 4,200 values"),
    (np.where(drawn(6, 0, 9, 300) == 0, -0.0, drawn(6, 0, 9, 300)), {"high": 9}, "whole numbers, 0 to 8 in 300 values, but for the signs of zeros: 24 are -0"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "ends", "evidence"), EVIDENCE)
def test_what_speaks_for_a_range(values: Array, ends: dict[str, int], evidence: str) -> None:
    """The ends are the smallest and the largest number, or those of the format; the comment says how sure they are."""
    found = fit({"q": values})["q"]

    assert isinstance(found, FoundTensor)
    assert ({"scheme": "integers", **ends}, evidence) == (found.init, found.evidence)


def test_tensors_of_one_role_have_one_range() -> None:
    """Each alone misses an end; one that lies elsewhere keeps its own, and so do those beside it."""
    layers = {f"h.{i}.zeros": drawn(i, 0, 1000, 400, dtype=np.int16) for i in range(8)}
    found = [tensor for tensor in fit(layers).values() if isinstance(tensor, FoundTensor)]
    low, high = (int(end([end(values) for values in layers.values()])) for end in (min, max))
    evidence = (
        f"whole numbers, {low} to {high} in 3,200 values of 8 tensors; either end may lie up to 3 further out"
    )

    assert [({"scheme": "integers", **({"low": low} if low else {}), "high": high + 1}, evidence)] * 8 == [
        (tensor.init, tensor.evidence) for tensor in found
    ]
    other = fit(layers | {"h.8.zeros": drawn(8, 5000, 5100, 400, dtype=np.int16)})
    assert {"scheme": "integers", "low": 5000, "high": 5100} == getattr(other["h.8.zeros"], "init", None)


def test_equal_random_numbers_are_tied() -> None:
    """They were drawn once."""
    values = drawn(9, 0, 50, 30, 40)
    found = fit({"a": values, "b": drawn(10, 0, 50, 30, 40), "c": values.copy()})

    assert [None, None, "a"] == [getattr(tensor, "tied_to", "") for tensor in found.values()]


def test_a_tie_is_written_and_planned(tmp_path: Path) -> None:
    """A layer-spec holds the tie of whole numbers, and the file agrees with it."""
    values = drawn(9, 0, 50, 30, 40)
    np.savez(tmp_path / "w.npz", a=values, b=values)
    (tmp_path / "m.yaml").write_text(of_file(str(tmp_path / "w.npz"), fit=True).text)

    assert "agrees" == winitgen.verify(tmp_path / "w.npz", tmp_path / "m.yaml", statistics=True)["verdict"]


def test_of_many_values_all_are_read() -> None:
    """One that is not whole, or no such number, lies where no sample of rows has a value."""
    values = drawn(13, -9, 40, 1300, 300, dtype=np.float32)
    assert {"scheme": "integers", "low": -9, "high": 40} == law(values)

    for wrong in (0.5, 5000.0):
        values[641, 291] = wrong
        assert isinstance(fit({"w": values})["w"], Lawless)


def test_few_numbers_are_written_out() -> None:
    """Of 63 nobody can tell whether they are random, and a spec has room for them."""
    for seed in range(40):
        assert "listed" == law(drawn(seed, 0, 99, 63))["scheme"]
        assert "integers" == law(drawn(seed, 0, 99, 64))["scheme"]
        assert "integers" == law(drawn(seed, -2, 5, 9, 13, dtype=np.float32))["scheme"]


FEW: dict[str, Array] = {
    "sorted": np.sort(drawn(0, 0, 30, 70)),
    "falling": -np.sort(drawn(0, 0, 3000, 100)),
    "a shuffled range": np.random.default_rng(0).permutation(64),
    "drawn without replacement": np.random.default_rng(0).choice(150, 90, replace=False),
    "a period": np.tile(drawn(0, 0, 9, 11), 7),
    "multiples": np.arange(200) * 37 % 101,
    "a mask of blocks": np.kron(np.eye(4, dtype=int), np.ones((3, 3), int)),
    "a mask of a band": abs(np.subtract.outer(np.arange(9), np.arange(9))) < 3,
    "one of two is set": np.eye(2, dtype=bool)[drawn(0, 0, 2, 50)],
    "one of ten is set": np.eye(10, dtype=int)[drawn(0, 0, 10, 20)],
    "rows and columns": np.add.outer(np.arange(8), np.arange(8)),
    "distances": abs(np.subtract.outer(np.arange(12), np.arange(12))),
    "counts": np.random.default_rng(0).poisson(30, 90),
    "squares": np.arange(80) ** 2,
    "equal halves": np.tile(drawn(1, 0, 50, 40), 2),
    "a zero with a sign": np.append(drawn(1, 0, 50, 80), -0.0),
}


@pytest.mark.parametrize("name", FEW)
def test_few_numbers_by_a_rule_are_written_out(name: str) -> None:
    """From 64 to 256 values, which a scheme repeats exactly."""
    assert "integers" not in str(law(FEW[name]))


RNG = np.random.default_rng(12)


def window(height: int, width: int) -> Array:
    """Return the index of a table of position biases with a class token, as BEiT has it (Bao et al. 2021)."""
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij")).reshape(2, -1)
    apart = places[:, :, None] - places[:, None, :]
    index = np.zeros([height * width + 1] * 2, np.int64)
    index[1:, 1:] = (apart[0] + height - 1) * (2 * width - 1) + apart[1] + width - 1
    last = (2 * height - 1) * (2 * width - 1)
    index[0, :], index[:, 0], index[0, 0] = last, last + 1, last + 2
    return index


def symmetric() -> Array:
    """Return random distances, equal in both directions."""
    upper = np.triu(RNG.integers(0, 100, (80, 80)))
    return np.asarray(upper + np.triu(upper, 1).T)


RULED: dict[str, Array] = {
    "sorted": np.sort(RNG.integers(0, 50, 400)),
    "falling": np.sort(RNG.integers(0, 5000, 300))[::-1],
    "a shuffled range": RNG.permutation(400),
    "drawn without replacement": RNG.choice(2000, 900, replace=False),
    "balanced labels": RNG.permutation(np.repeat(np.arange(20), 50)),
    "positions again and again": np.tile(np.arange(300), 5),
    "a grid's rows": np.repeat(np.arange(300), 4).reshape(40, 30),
    "a random period": np.tile(RNG.integers(0, 9, 300), 4),
    "multiples modulo a prime": np.arange(1500) * 37 % 1009,
    "squares modulo a prime": np.arange(1500) ** 2 % 1009,
    "powers of a generator": np.array([pow(5, n, 1103) for n in range(1000)]),
    "one of ten is set": np.eye(10, dtype=np.int64)[RNG.integers(0, 10, 300)],
    "one of two is set": np.eye(2, dtype=bool)[RNG.integers(0, 2, 300)],
    "a mask of lengths": np.arange(64) < RNG.integers(1, 64, (50, 1)),
    "a mask of a band": np.abs(np.subtract.outer(np.arange(40), np.arange(40))) < 12,
    "a chequered mask": np.indices((30, 31)).sum(0) % 2,
    "a thinned mask": RNG.random((40, 50)) < 0.4,
    "counts": RNG.poisson(100, 1000),
    "counts of categories": np.bincount(RNG.zipf(1.5, 9000).clip(0, 600), minlength=601),
    "sums of counts": np.cumsum(RNG.integers(1, 9, 500)),
    "quantized normals": np.rint(RNG.normal(0, 30, (40, 50))),
    "ternary, mostly 0": RNG.choice([-1, 0, 0, 0, 1], (40, 50)),
    "signs": RNG.choice([-1, 1], (40, 50)),
    "even numbers": 2 * RNG.integers(0, 50, (40, 50)),
    "a hole in the range": RNG.choice([*range(20), *range(30, 50)], 2000),
    "positions of a window": window(5, 6),
    "equal both ways": symmetric(),
    "equal rows": RNG.integers(0, 9, (40, 30))[RNG.integers(0, 40, 40)],
    "equal halves": np.concatenate([RNG.integers(0, 9, 400)] * 2),
    "rows of unequal means": RNG.integers(0, 50, (40, 50)) // (1 + np.arange(40) % 2)[:, None],
    "a value far away": np.append(RNG.integers(0, 9, 500), 10**6),
}
"""Whole numbers of which at least one property is none of independent, equally likely ones."""


@pytest.mark.parametrize("name", RULED)
@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_what_follows_a_rule_is_no_draw(name: str, dtype: str) -> None:
    """It is refused, not taken for another draw either, unless it is written out."""
    found = fit({"w": RULED[name].astype(dtype)})["w"]

    assert isinstance(found, Lawless) or "listed" in str(found.init), found

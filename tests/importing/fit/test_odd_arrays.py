"""Arrays at the ends of their number formats, and of formats that no layer has: a spec that is planned, or true words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from click.testing import CliRunner

import winitgen
from tests.importing.fit.fitting import law, stored, why
from winitgen.cli import group
from winitgen.errors import SpecError
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.fitting import Lawless, fitted
from winitgen.importing.found import FoundTensor
from winitgen.importing.layer_spec import layer_spec
from winitgen.importing.weights import of_file
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES

RNG = np.random.default_rng(23)
NORMAL = RNG.normal(size=(30, 40))
UNIFORM = RNG.uniform(-1, 1, (30, 40))


def scaled(scale: float) -> Iterator[Array]:
    """Yield arrays of several kinds whose largest value is near ``scale``."""
    yield NORMAL * (scale / 4)
    yield NORMAL[0, :5] * (scale / 4)
    yield UNIFORM * scale
    yield np.abs(UNIFORM) * scale
    yield np.vstack([np.zeros(40), NORMAL * (scale / 4)])
    yield np.array([scale, -scale, scale / 2])
    yield np.array([scale, -scale])
    yield np.array([scale, np.nextafter(scale, 0)])
    yield np.triu(np.full((9, 9), scale), 1)
    yield np.eye(9) * scale
    yield np.arange(1, 9) * (scale / 8)
    yield np.full(4, scale)
    yield np.array(scale)


def whole(dtype: str) -> Iterator[Array]:
    """Yield arrays of whole numbers at the ends of a format."""
    ends = (False, True) if dtype == "bool" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    yield np.array(ends, dtype)
    yield np.array([*ends, 1], dtype)
    yield np.full(5, ends[1], dtype)
    yield np.full(5, ends[0], dtype)
    yield RNG.integers(0, 2, 300).astype(dtype)
    yield np.arange(120).astype(dtype)


def corpus() -> Iterator[Array]:
    """Yield arrays of every number format of NumPy and of ml_dtypes that has numbers."""
    for row in DTYPES.values():
        if row.lowest is not None:
            continue
        scales = [
            10.0**power for power in (-320, -300, -290, -160, -44, -38, -25, -6, 0, 4, 29, 38, 160, 290)
        ]
        for scale in [*(one for one in scales if row.smallest <= one <= row.largest), row.largest]:
            with np.errstate(all="ignore"):
                yield from (np.asarray(values).astype(row.numpy()) for values in scaled(scale))
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"):
        yield from whole(name)
    for name in ("complex64", "complex128", "clongdouble", "longdouble"):
        yield from (NORMAL.astype(name), np.array([np.inf, 1], name), np.zeros(3, name))
    for name in ("int4", "uint4", "float4_e2m1fn", "float8_e8m0fnu"):
        yield np.ones((4, 5)).astype(vars(ml_dtypes)[name])


CORPUS = list(corpus())


def spec_of(array: StoredArray) -> str | None:
    """Return the layer-spec of one tensor, or None if it has no law."""
    (found,) = fitted([array], ["w.weight"], threads=1)
    if isinstance(found, Lawless):
        return None
    return layer_spec([found], model="m", dtype="float32", heading="")


@pytest.mark.parametrize("part", range(8))
def test_what_is_written_is_planned(part: int, tmp_path: Path) -> None:
    """No array ends in another error than that of a mistake, none warns, and the language takes each spec."""
    path = tmp_path / "m.yaml"
    written = 0
    for values in CORPUS[part::8]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            text = spec_of(stored("w.weight", values))
        if text is not None:
            path.write_text(text)
            assert [values.shape] == [tensor.shape for tensor in winitgen.plan(path).parameters], text
            written += 1

    assert len(CORPUS) > 600
    assert written > len(CORPUS) // 24


FORMATS = (
    "float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz, int64, int32, "
    "int16, int8, uint64, uint32, uint16, uint8, bool"
)
WIDE = "in which float64 is drawn"
WORDS: list[tuple[Any, str]] = [
    (np.array([2**63 + 5, 7], np.uint64), "no scheme gives these values: no rule is found in its 2 uint64 numbers, which reach 9,223,372,036,854,775,813; those of a scheme reach 2^53 - 1"),
    (np.array([1, 2j, 3], np.complex64), f"no layer draws complex64; save the tensor in one of {FORMATS}"),
    (np.array([np.nan, 2j], np.complex128), f"no layer draws complex128; save the tensor in one of {FORMATS}"),
    (np.array(["a", "b"]), f"no layer draws str32; save the tensor in one of {FORMATS}"),
    (NORMAL * 1e-310, f"no scheme gives these values: a spread of 1.008e-310 is outside the range 1e-290 to 1e+290 {WIDE}"),
    (NORMAL * 1e300, f"no scheme gives these values: a spread of 1.008e+300 is outside the range 1e-290 to 1e+290 {WIDE}"),
    (np.array([5e-324, 1e-323]), f"no scheme gives these values: a spread below 5e-324 is outside the range 1e-290 to 1e+290 {WIDE}"),
    (np.array([1.7e308, -1.7e308, 1]), f"no scheme gives these values: a spread of 1.388e+308 is outside the range 1e-290 to 1e+290 {WIDE}"),
    ((NORMAL * 1e-40).astype(np.float32), "no scheme gives these values: a spread of 1.008e-40 is outside the range 1e-25 to 1e+30 in which float32 is drawn"),
    ((NORMAL * 1e4).astype(np.float16), "no scheme gives these values: the nearest law is a normal of std 1.008e+04, but values up to 1e+05 do not fit in float16, whose largest number is 6.55e+04"),
    (np.array([-(2**63), 7]), "no scheme gives these values: no rule is found in its 2 int64 numbers, which reach 9,223,372,036,854,775,808; those of a scheme reach 2^53 - 1"),
    (np.full(3, 2**60), "no scheme gives these values: no rule is found in its 3 int64 numbers, which reach 1,152,921,504,606,846,976; those of a scheme reach 2^53 - 1"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "words"), WORDS)
def test_words(values: Array, words: str) -> None:
    """The reason is that of the format or of the values, whatever computing with them would give."""
    assert words == why(values)


def test_the_widest_spreads_that_are_drawn() -> None:
    """What the language draws is found again at both ends of its range."""
    assert {"scheme": "normal", "std": 1e-290} == law(NORMAL * 1e-290)
    assert {"scheme": "normal", "std": 1e289} == law(NORMAL * 1e289)
    assert {"scheme": "normal", "std": 1e160} == law(np.vstack([np.zeros(40), NORMAL * 1e160]))
    assert {"scheme": "identity", "gain": 1e150} == law(np.eye(9) * 1e150)


def test_a_number_is_never_infinitely_far() -> None:
    """The spread of three values is not known well, but a ten thousandth of it is not theirs."""
    assert {"scheme": "normal", "std": 60000.0} == law(np.array([65504, -65504, 1], np.float32))


def test_equal_tensors_far_from_one() -> None:
    """Tensors of one role are judged together, also where the square of a value is not a number of float64."""
    names = [f"h.{number}.weight" for number in range(3)]
    arrays = [stored(name, RNG.normal(size=(30, 40)) * 1e-200) for name in names]
    found = fitted(arrays, names, threads=1)

    assert all(isinstance(one, FoundTensor) for one in found)
    assert [{"scheme": "normal", "std": 1e-200}] * 3 == [
        one.init for one in found if isinstance(one, FoundTensor)
    ]


def test_a_format_that_no_layer_has_is_not_kept(tmp_path: Path) -> None:
    """`--keep` is no advice for it, alone or not; one message names every such tensor."""
    path = str(tmp_path / "w.npz")
    np.savez(path, a=np.array([1, 2j]), b=np.array([b"x"]), c=RNG.integers(0, 9, 900))
    with pytest.raises(SpecError) as refused:
        of_file(path, fit=True, keep=True)

    assert (
        f"{path}: 'a': no layer draws complex128; save the tensor in one of {FORMATS}\n"
        f"{path}: 'b': no layer draws bytes8; save the tensor in one of {FORMATS}"
    ) == str(refused.value)


def test_the_command(tmp_path: Path) -> None:
    """The command ends with one line."""
    path = str(tmp_path / "w.npy")
    np.save(path, NORMAL * 1e300)
    found = CliRunner().invoke(group, ["import", path, "--fit"])

    assert found.output == (
        f"{path}: 'array': no scheme gives these values: a spread of 1.008e+300 is outside the range 1e-290 to 1e+290 "
        "in which float64 is drawn; add --keep to take its values from the file, or leave it out of the source\n"
    )


@pytest.mark.parametrize("shape", [(40, 0), (0, 40), (40, 0, 3), (3, 3, 0, 40)])
@pytest.mark.parametrize("name", ["fc.weight", "fc.kernel"])
def test_a_bias_beside_a_kernel_without_values(shape: tuple[int, ...], name: str) -> None:
    """A fan of 0 gives no formula; the bias has the law of its values, as without a kernel."""
    bias = np.random.default_rng(23).uniform(-0.3, 0.3, 40).astype(np.float32)
    pair = [stored("fc.bias", bias), stored(name, np.zeros(shape, np.float32))]
    found, empty = fitted(pair, ["fc.bias", name], threads=1)

    assert isinstance(found, FoundTensor)
    assert isinstance(empty, FoundTensor)
    assert ({"scheme": "uniform", "low": -0.3, "high": 0.3}, "zeros") == (found.init, empty.init)


def test_a_lone_bias_beside_a_kernel_without_values() -> None:
    """It stays as it is where the other biases have PyTorch's law by the fans of their kernels."""
    rng = np.random.default_rng(23)
    arrays = {}
    for number in range(6):
        arrays[f"{number}.weight"] = rng.uniform(-1 / 6, 1 / 6, (25, 36)).astype(np.float32)
        arrays[f"{number}.bias"] = rng.uniform(-1 / 6, 1 / 6, 25).astype(np.float32)
    arrays |= {"out.weight": np.zeros((1, 0), np.float32), "out.bias": np.array([0.123456], np.float32)}
    found = fitted([stored(name, values) for name, values in arrays.items()], list(arrays), threads=1)

    *_, bias, _, lone = found
    assert isinstance(bias, FoundTensor)
    assert isinstance(lone, FoundTensor)
    assert bias.evidence.startswith("1/sqrt(fan_in) of its kernel, PyTorch's default")
    assert {"scheme": "constant", "value": 0.123456} == lone.init

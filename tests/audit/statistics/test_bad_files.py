"""The report of files that differ from the spec: what is wrong, and what the values are instead."""

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from winitgen.audit.statistics import verdict

SPEC = {
    "input": 500,
    "layers": [
        {"name": "x", "type": "dense", "units": 500, "init": "xavier_normal", "bias_init": "zeros"},
        {"name": "h", "type": "dense", "units": 200, "init": "he_normal", "bias_init": "zeros"},
        {"name": "t", "type": "dense", "units": 300, "init": "lecun_truncated_normal", "use_bias": False},
        {"name": "o", "type": "dense", "units": 300, "init": "orthogonal", "use_bias": False},
    ],
}


def good() -> dict[str, np.ndarray]:
    """Return the arrays of a correct model."""
    return {name: array.copy() for name, array in winitgen.generate(SPEC, seed=1).items()}


def with_nans(array: np.ndarray) -> np.ndarray:
    """Change one row."""
    array[3] = np.nan
    return array


def drawn(kind: str, shape: tuple[int, ...], std: float) -> np.ndarray:
    """Return values of another generator, with this standard deviation."""
    rng = np.random.default_rng(0)
    if kind == "uniform":
        return rng.uniform(-std * 3**0.5, std * 3**0.5, shape).astype(np.float32)
    return rng.normal(0, std, shape).astype(np.float32)


HE = (2 / 500) ** 0.5

MUTANTS: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray], str, str]] = {
    "fans swapped": ("h.weight", lambda w: w * np.float32((500 / 200) ** 0.5), "59 % off", "this is the std of fan_out instead of fan_in"),
    "gain 2 % too large": ("x.weight", lambda w: w * np.float32(1.02), "% off (z = ", ""),
    "gain 2 % too small": ("x.weight", lambda w: w * np.float32(0.98), "% off (z = ", ""),
    "uniform": ("h.weight", lambda w: drawn("uniform", w.shape, HE), "kurtosis is", "this is the uniform distribution of the same std"),
    "xavier": ("h.weight", lambda w: drawn("normal", w.shape, (2 / 700) ** 0.5), "15 % off", "this is xavier's std, drawn from the normal distribution"),
    "not corrected": ("t.weight", lambda w: w * np.float32(0.8796256610342398), "12 % off", "this is a truncated normal whose std was not corrected for the cut"),
    "not cut": ("t.weight", lambda w: drawn("normal", w.shape, (1 / 200) ** 0.5), "values lie outside", "this is the normal distribution of the same std"),
    "all zero": ("h.weight", lambda w: w * 0, "all 100,000 values are 0, planned a normal of std 0.06325", ""),
    "bias drawn": ("h.bias", lambda w: drawn("uniform", w.shape, (1 / 1500) ** 0.5), "200 of 200 values are not 0", "this is uniform within 1/sqrt(fan_in), PyTorch's default"),
    "NaN": ("h.weight", with_nans, "500 NaN among 100,000 values", ""),
    "moved": ("h.weight", lambda w: w + np.float32(0.002), "mean is 0.00", ""),
    "an outlier": ("h.weight", lambda w: np.where(np.arange(w.size).reshape(w.shape) == 7, np.float32(0.5), w), "standard deviations from the mean, too far for a sample of 100,000", ""),
    "orthogonal, too long": ("o.weight", lambda w: w * np.float32(1.02), "the columns have norms from 1.02 to 1.02, planned 1", ""),
    "orthogonal, not random": ("o.weight", lambda w: np.eye(300, dtype=np.float32), "random rotation", ""),
    "orthogonal, one row twice": ("o.weight", lambda w: w[[0, 0, *range(2, 300)]], "norms", ""),
    "another format": ("h.weight", lambda w: w.astype(np.float16), "dtype is float16, planned float32", ""),
    "transposed": ("h.weight", lambda w: w.T, "shape is 500x200, planned 200x500: the same axes in another order", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_found(name: str, complaints: Callable[..., list[str]]) -> None:
    """Each mistake is found, only in its tensor, and named if it is certain."""
    tensor, change, why, hint = MUTANTS[name]
    arrays = good()
    assert [] == complaints(arrays, SPEC)
    arrays[tensor] = change(arrays[tensor])
    found = complaints(arrays, SPEC)

    assert {tensor} == {line.partition(": ")[0] for line in found}
    assert why in found[0]
    assert ([f"{tensor}: {hint}"] if hint else []) == [line for line in found if ": this is" in line]


def test_whole_line(complaints: Callable[..., list[str]]) -> None:
    """A line has the measured value, the planned value, and the difference in standard errors."""
    arrays = good()
    arrays["x.weight"] *= np.float32(1.02)

    assert ["x.weight: std is 0.04564, planned 0.04472: 2.1 % off (z = 14.7)"] == complaints(arrays, SPEC)


def test_names(complaints: Callable[..., list[str]]) -> None:
    """Missing and extra names come first."""
    arrays = good()
    arrays["h.b"] = arrays.pop("h.bias")

    assert ["missing h.bias", "extra h.b"] == complaints(arrays, SPEC)


def test_another_layout(report: Callable[..., dict[str, Any]]) -> None:
    """A file with the names of another layout gets a hint."""
    found = report(winitgen.generate(SPEC, layout="keras"), SPEC)

    assert ["the file has the names of the layout keras"] == found["hints"]
    assert "differs" == found["verdict"]


def test_the_planned_mean_is_0(complaints: Callable[..., list[str]]) -> None:
    """In a coarse format the mean of a law around 0 is computed from its numbers, and is shown as 0."""
    spec = {"dtype": "bfloat16", "layers": [{"name": "w", "type": "param", "shape": [300, 200], "init": {"scheme": "normal", "std": 0.02}}]}  # fmt: skip
    values = np.random.default_rng(0).normal(0.002, 0.02, (300, 200)).astype(ml_dtypes.bfloat16)

    assert "w: mean is 0.00201, planned 0 (z = 24.6)" in complaints({"w": values}, spec)


def test_equal_axes_transposed_are_not_seen(complaints: Callable[..., list[str]]) -> None:
    """A transposed square kernel is not found, since it has the same statistics."""
    arrays = good()
    arrays["x.weight"] = np.ascontiguousarray(arrays["x.weight"].T)

    assert [] == complaints(arrays, SPEC)


def test_false_alarms(complaints: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The level holds for the whole file: of 300 good files, at most a share of 0.2 raises an alarm at level 0.2."""
    monkeypatch.setattr(verdict, "LEVEL", 0.2)
    spec = {"input": 30, "layers": [{"name": f"l{i}", "type": "dense", "units": 30, "init": "he_uniform", "bias_init": "normal"} for i in range(3)]}  # fmt: skip
    rng, limit = np.random.default_rng(0), (6 / 30) ** 0.5
    alarms = 0
    for _ in range(300):
        arrays = {}
        for i in range(3):
            arrays[f"l{i}.weight"] = rng.uniform(-limit, limit, (30, 30)).astype(np.float32)
            arrays[f"l{i}.bias"] = rng.normal(0, 1, 30).astype(np.float32)
        alarms += bool(complaints(arrays, spec))

    assert alarms <= 60

"""Values drawn by NumPy, and the law that is found in them; numbers by formulas, at unequal fans."""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.importing.fit.fitting import cut, fit, law, normal, uniform
from winitgen.importing.found import FoundTensor
from winitgen.numeric.arrays import Array

OUT, IN = 300, 130
"""Axes of a kernel of PyTorch: fan_in 130, fan_out 300."""


@pytest.mark.parametrize("std", [0.02, 0.006, 1.0, 0.1])
def test_a_normal(std: float) -> None:
    """The number is the one that its author wrote."""
    assert {"scheme": "normal", "std": std} == law(normal(1, OUT, IN, std=std))


def test_a_uniform() -> None:
    """One around 0, and one that is not."""
    rng = np.random.default_rng(2)

    assert {"scheme": "uniform", "low": -0.05, "high": 0.05} == law(uniform(2, OUT, IN))
    assert {"scheme": "uniform", "low": -0.1, "high": 0.3} == law(rng.uniform(-0.1, 0.3, (OUT, IN)))
    assert {"scheme": "uniform", "low": 0.0, "high": 1.0} == law(rng.uniform(0, 1, (OUT, IN)))


def test_a_mean_that_is_not_zero() -> None:
    """Such as that of the scales of a norm with noise."""
    assert {"scheme": "normal", "mean": 1.0, "std": 0.02} == law(1 + normal(3, OUT, IN))


@pytest.mark.parametrize(("at", "bounds"), [(2.0, {}), (3.0, {"bounds": 3.0})])
def test_a_normal_that_is_cut(at: float, bounds: dict[str, float]) -> None:
    """The number is the std before the cut, as libraries state it."""
    found = law(cut(4, OUT, IN, at=at))

    assert {"scheme": "truncated_normal", "std": 0.02, **bounds, "correct": False} == found


FORMULAS: dict[str, tuple[float, tuple[float, float]]] = {
    "xavier": (math.sqrt(2 / (IN + OUT)), (IN, OUT)),
    "he": (math.sqrt(2 / IN), (IN, OUT)),
    "lecun": (math.sqrt(1 / IN), (IN, OUT)),
}
"""Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998."""


@pytest.mark.parametrize("name", FORMULAS)
def test_a_number_that_is_a_formulas(name: str) -> None:
    """The formula is named, with the fans of this order of axes."""
    std, fans = FORMULAS[name]
    drawn = {
        "normal": normal(5, OUT, IN, std=std),
        "uniform": uniform(6, OUT, IN, limit=std * math.sqrt(3)),
        # Keras divides by the std of a standard normal that is cut at 2: 0.87962566
        "truncated_normal": cut(7, OUT, IN, std=std / 0.87962566103423978),
    }
    for ending, values in drawn.items():
        found = fit({"weight": values})["weight"]

        assert isinstance(found, FoundTensor)
        assert (f"{name}_{ending}", fans) == (found.init, found.fans)


def test_fans_of_the_last_axes() -> None:
    """Keras and Flax have fan_out last: the formula says which order it took, by the fans."""
    values = normal(8, 3, 3, 40, 250, std=math.sqrt(2 / (9 * 40)))
    found = fit({"kernel": values})["kernel"]

    assert isinstance(found, FoundTensor)
    assert ("he_normal", (360.0, 2250.0)) == (found.init, found.fans)


def test_he_by_fan_out() -> None:
    """As residual networks of PyTorch draw their convolutions."""
    found = fit({"weight": normal(9, 90, 40, 3, 3, std=math.sqrt(2 / 810))})["weight"]

    assert isinstance(found, FoundTensor)
    assert {"scheme": "he_normal", "mode": "fan_out"} == found.init
    assert (360.0, 810.0) == found.fans


def test_the_default_of_pytorch() -> None:
    """Kernel and bias are within 1/sqrt(fan_in) of the kernel, which the comment says, with the limit as a number."""
    limit = 1 / math.sqrt(IN)
    found = fit({"fc.weight": uniform(10, OUT, IN, limit=limit), "fc.bias": uniform(11, OUT, limit=limit)})

    for tensor in found.values():
        assert isinstance(tensor, FoundTensor)
        assert {"scheme": "uniform", "low": -limit, "high": limit} == tensor.init
        assert tensor.evidence.startswith("1/sqrt(fan_in)")


def test_a_bias_of_few_values_follows_the_other_tensors() -> None:
    """Alone it could be anything; beside a kernel with the limit of PyTorch it has the same."""
    limit = 1 / math.sqrt(96)
    found = fit({"a.weight": uniform(12, 50, 96, limit=limit), "a.bias": uniform(13, 50, limit=limit)})[
        "a.bias"
    ]

    assert isinstance(found, FoundTensor)
    assert {"scheme": "uniform", "low": -limit, "high": limit} == found.init


def test_a_bias_of_one_value() -> None:
    """It has the law of the other biases, unless somebody may have written its value."""
    limit = 1 / math.sqrt(96)
    model = {
        "a.weight": uniform(12, 250, 96, limit=limit),
        "a.bias": uniform(13, 250, limit=limit),
        "b.weight": uniform(14, 1, 250, limit=1 / math.sqrt(250)),
        "c.weight": uniform(15, 1, 250, limit=1 / math.sqrt(250)),
    }
    one = {"b.bias": np.array([0.0123456], np.float32), "c.bias": np.array([0.05], np.float32)}
    found = [tensor for tensor in fit({**model, **one}).values() if isinstance(tensor, FoundTensor)]

    low = 1 / math.sqrt(250)
    assert {"scheme": "uniform", "low": -low, "high": low} == found[-2].init
    assert "one value, 0.0123456; as of the other biases: 1/sqrt(fan_in) of its kernel" == found[-2].evidence
    assert {"scheme": "constant", "value": 0.05} == found[-1].init


def test_an_std_that_falls_with_the_depth() -> None:
    """0.02 / sqrt(2 (i + 1)) in layer i, and 0.02 / sqrt(2 L) in all L layers (Radford et al. 2019)."""
    by_layer = {
        f"h.{i}.{name}.weight": normal(20 + i, 200, 130, std=std)
        for i in range(5)
        for name, std in (("up", 0.02), ("down", 0.02 / math.sqrt(2 * (i + 1))))
    }
    for name, tensor in fit(by_layer).items():
        place = int(name.split(".")[1])
        std = 0.02 if "up" in name else 0.02 / math.sqrt(2 * (place + 1))

        assert isinstance(tensor, FoundTensor)
        assert {"scheme": "normal", "std": std} == tensor.init
    same = {f"h.{i}.c_proj.weight": normal(30 + i, 400, 300, std=0.02 / math.sqrt(24)) for i in range(12)}
    for tensor in fit(same).values():
        assert isinstance(tensor, FoundTensor)
        assert {"scheme": "normal", "std": 0.02 / math.sqrt(24)} == tensor.init


def test_a_row_of_padding() -> None:
    """A row of zeros in a table is its padding, and does not count for the std."""
    values = normal(40, 500, 60)
    values[3] = 0
    found = fit({"embed.weight": values})["embed.weight"]

    assert isinstance(found, FoundTensor)
    assert ({"scheme": "normal", "std": 0.02}, 3) == (found.init, found.padding)


def test_equal_tensors_are_tied() -> None:
    """To the first of them; a constant is no tie."""
    values = normal(41, 300, 64)
    found = fit({"a": values, "b": values[::-1], "c": values, "d": np.ones(4), "e": np.ones(4)})

    ties = {name: tensor.tied_to for name, tensor in found.items() if isinstance(tensor, FoundTensor)}
    assert {"a": None, "b": None, "c": "a", "d": None, "e": None} == ties


FORMATS = ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]


def as_format(name: str) -> Any:
    """Return a number format of NumPy or of ml_dtypes."""
    return np.dtype(getattr(ml_dtypes, name, name))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", ["normal", "uniform", "cut"])
def test_rounding_changes_no_law(name: str, kind: str) -> None:
    """In formats of two bytes and of one, the number is that before rounding, and nothing looks dependent."""
    dtype = as_format(name)
    drawn: dict[str, tuple[Array, dict[str, Any]]] = {
        "normal": (normal(50, 400, 90, std=0.1, dtype=dtype), {"scheme": "normal", "std": 0.1}),
        "uniform": (uniform(51, 400, 90, limit=0.2, dtype=dtype), {"scheme": "uniform", "low": -0.2, "high": 0.2}),
        "cut": (cut(52, 400, 90, std=0.1, dtype=dtype), {"scheme": "truncated_normal", "std": 0.1, "correct": False}),
    }  # fmt: skip
    values, expected = drawn[kind]

    assert expected == law(values)


def test_large_tensors_are_known_by_a_part() -> None:
    """Of more values than are kept, the moments are those of all."""
    assert {"scheme": "normal", "std": 0.02} == law(normal(60, 3000, 700))
    assert {"scheme": "uniform", "low": -0.05, "high": 0.05} == law(uniform(61, 3000, 700))

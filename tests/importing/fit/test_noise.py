"""Pure noise stays noise: nothing is seen in it that is not there, whatever its shape, kind, format and seed."""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.importing.fit.fitting import cut, fit, normal, uniform
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.laws import law_of
from winitgen.importing.found import FoundTensor
from winitgen.load import plan
from winitgen.numeric.arrays import Array

KINDS = {"normal": normal, "uniform": uniform, "truncated_normal": cut}
FORMATS = ("float32", "float32", "float64", "bfloat16", "float16", "float8_e4m3fn")


def drawn(seed: int) -> tuple[str, float, Array]:
    """Return the kind, its number, and values of random shape and format."""
    rng = np.random.default_rng(seed)
    axes = int(rng.integers(1, 5))
    shape = [1 + int(math.exp(rng.uniform(0, (9, 5, 3, 2.2)[axes - 1]))) for _ in range(axes)]
    kind, name = str(rng.choice(list(KINDS))), str(rng.choice(FORMATS))
    number = math.exp(rng.uniform(math.log(0.1 if name.startswith("float8") else 0.001), math.log(2)))
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    return (
        kind,
        number,
        KINDS[kind](seed, *shape, **{"limit" if kind == "uniform" else "std": number}, dtype=dtype),
    )


def law_of_tensor(tensor: FoundTensor) -> Any:
    """Return the law that the scheme of a tensor gives it, None if its values are not independent."""
    line: dict[str, Any] = {"name": "x", "type": "param", "shape": list(tensor.shape), "init": tensor.init}
    if tensor.fans:
        line |= {"fan_in": int(tensor.fans[0]), "fan_out": int(tensor.fans[1])}
    return law_of(plan({"layers": [line]}).layers[0].parameters[0].distribution)


def check(seed: int) -> None:
    """Compare the law that is found with the one by which the values were drawn."""
    kind, number, values = drawn(seed)
    found = fit({"w.weight": values})["w.weight"]
    if values.size < 3:
        return

    assert isinstance(found, FoundTensor), (seed, found.why)
    law = law_of_tensor(found)
    assert law is not None, (seed, found.init)
    assert law.kind in KINDS, (seed, found.init)
    if values.size > 1000:
        assert kind == law.kind, (seed, found.init)
        room = 0.005 + epsilon_of(values.dtype) ** 2 + 3.5 / math.sqrt(2 * values.size)
        assert number == pytest.approx(law.scale, rel=room), (seed, found)


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_noise_stays_noise(first: int) -> None:
    """A large tensor has the kind and, within 3.5 standard errors, the number it was drawn by; a small one any law."""
    for seed in range(first, first + 20):
        check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 3000, 250))
def test_much_noise_stays_noise(first: int) -> None:
    """The same with 2,000 other seeds."""
    for seed in range(first, first + 250):
        check(seed)


def test_no_formula_for_a_number_of_its_own() -> None:
    """Numbers that no formula gives, in tensors of unequal shapes, are numbers, each within 2 % of its own."""
    rng = np.random.default_rng(7)
    numbers = {f"layer{i}.weight": math.exp(rng.uniform(-5, 0)) for i in range(60)}
    shapes = {name: tuple(rng.integers(90, 400, 2).tolist()) for name in numbers}
    found = fit({name: normal(i, *shapes[name], std=std) for i, (name, std) in enumerate(numbers.items())})

    for name, tensor in found.items():
        assert isinstance(tensor, FoundTensor)
        assert isinstance(tensor.init, dict), (name, tensor.init)
        assert numbers[name] == pytest.approx(tensor.init["std"], rel=0.02)
    assert 0 == sum(";" in tensor.evidence for tensor in found.values() if isinstance(tensor, FoundTensor))

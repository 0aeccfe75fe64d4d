"""Frequencies of rotary positions and slopes of linear biases, against exact powers and the library's own buffers."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import winitgen
from tests.frameworks.conftest import torch, torchvision, transformers

__all__ = ["torch", "torchvision", "transformers"]


def generated(shape: list[int], dtype: str = "float64", **options: Any) -> np.ndarray:
    """Generate one tensor."""
    init = {"scheme": "frequencies", **options}
    layer = {"name": "p", "type": "param", "shape": shape, "dtype": dtype, "init": init}
    return winitgen.generate({"layers": [layer]})["p"]


@pytest.mark.parametrize(
    ("shape", "options", "base", "divisor", "start"),
    [
        ([24], {}, 10000, 24, 0),
        ([3, 2, 4], {"base": 700.5, "start": 3}, 700.5, 24, 3),
        ([1, 7], {"endpoint": True}, 10000, 6, 0),
    ],
)
def test_the_nearest_numbers(
    shape: list[int], options: dict[str, Any], base: float, divisor: int, start: int
) -> None:
    """Each is the float64 nearest to the power, in C order, and rounded once more to float32."""
    with mpmath.workdps(60):
        exact = [mpmath.power(base, -mpmath.mpf(start + n) / divisor) for n in range(int(np.prod(shape)))]
        expected = np.array([float(value) for value in exact]).reshape(shape)

    np.testing.assert_array_equal(expected, generated(shape, **options))
    np.testing.assert_array_equal(expected.astype(np.float32), generated(shape, "float32", **options))


def test_slopes_of_alibi() -> None:
    """Of 8 heads: 1/2, 1/4, ... 1/256, as in the paper."""
    assert [2.0**-n for n in range(1, 9)] == generated([8], "float32", base=256, start=1).tolist()


def test_rotary_frequencies_of_a_model(transformers: Any, tmp_path: Any) -> None:
    """The buffer of Hugging Face's Llama is within a few steps of float32, and `verify --statistics` agrees."""
    from safetensors.torch import save_file

    config = transformers.LlamaConfig(
        head_dim=96, rope_parameters={"rope_type": "default", "rope_theta": 5e5}
    )
    theirs = transformers.models.llama.modeling_llama.LlamaRotaryEmbedding(config).inv_freq
    ours = generated([48], "float32", base=5e5)
    save_file({"p": theirs}, tmp_path / "w.safetensors")
    init = {"scheme": "frequencies", "base": 5e5}
    spec = {"layers": [{"name": "p", "type": "param", "shape": [48], "init": init}]}

    np.testing.assert_array_max_ulp(ours, theirs.numpy(), 8)
    assert "agrees" == winitgen.verify(tmp_path / "w.safetensors", spec, statistics=True)["verdict"]
    save_file({"p": theirs * (1 + 2.0**-18)}, tmp_path / "w.safetensors")
    assert "differs" == winitgen.verify(tmp_path / "w.safetensors", spec, statistics=True)["verdict"]


def test_the_plan_has_the_moments() -> None:
    """Mean and deviation are those of the values."""
    init = {"scheme": "frequencies", "base": 9.0}
    planned = winitgen.plan({"layers": [{"name": "p", "type": "param", "shape": [5, 3], "init": init}]})
    found = generated([5, 3], base=9.0)

    assert pytest.approx(found.mean()) == planned.parameters[0].mean
    assert pytest.approx(found.std()) == planned.parameters[0].std
    assert "1, 0.8637, 0.746, ... (15 values)" == planned.parameters[0].formula

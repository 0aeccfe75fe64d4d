"""Files drawn as planned by NumPy's generator raise no alarm, in any number format and layout."""

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from scipy import stats

import winitgen

FORMATS = {
    "float32": np.float32,
    "float64": np.float64,
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
    "float8_e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
}
SPEC = {
    "input": 60,
    "layers": [
        {"name": "n", "type": "dense", "units": 90, "init": "he_normal"},
        {"name": "u", "type": "dense", "units": 70, "init": "xavier_uniform"},
        {"name": "t", "type": "dense", "units": 50, "init": "lecun_truncated_normal", "use_bias": False},
    ],
    "defaults": {"bias_init": {"scheme": "constant", "value": 0.25}},
}


def drawn(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the model's arrays, drawn by the formulas of the papers."""
    limit, cut = (6 / 160) ** 0.5, stats.truncnorm(-2, 2)
    return {
        "n.weight": rng.normal(0, (2 / 60) ** 0.5, (90, 60)),
        "n.bias": np.full(90, 0.25),
        "u.weight": rng.uniform(-limit, limit, (70, 90)),
        "u.bias": np.full(70, 0.25),
        "t.weight": cut.rvs((50, 70), random_state=rng) / cut.std() * (1 / 70) ** 0.5,
    }


@pytest.mark.parametrize("dtype", FORMATS)
def test_numpy_draws(dtype: str, complaints: Callable[..., list[str]]) -> None:
    """A hundred good models in each format raise no alarm."""
    rng = np.random.default_rng(0)
    for _ in range(100):
        arrays = {name: array.astype(FORMATS[dtype]) for name, array in drawn(rng).items()}

        assert [] == complaints(arrays, SPEC, dtype=dtype)


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "bfloat16"])
def test_small_rotations(dtype: str, complaints: Callable[..., list[str]]) -> None:
    """A mean share above 1, which rounding gives a small orthogonal square, is no alarm."""
    layer = {"name": "o", "type": "dense", "units": 2, "init": "orthogonal", "use_bias": False}
    for angle in np.linspace(0.6, 0.97, 38):
        turn = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]]).astype(
            FORMATS[dtype]
        )

        assert [] == complaints({"o.weight": turn}, {"input": 2, "layers": [layer]}, dtype=dtype)


EVERYTHING = {
    "input": {"tokens": 7},
    "defaults": {"bias_init": {"scheme": "normal", "std": 0.1}},
    "rules": [{"match": "*/recurrent_bias", "init": "zeros"}],
    "layers": [
        {"name": "words", "type": "embedding", "count": 40, "dim": 60, "padding_index": 3},
        {"name": "lstm", "type": "lstm", "units": 20, "return_sequences": True},
        {"name": "gru", "type": "gru", "units": 24, "return_sequences": True, "init": "orthogonal"},
        {"name": "att", "type": "multi_head_attention", "heads": 4, "fused": True},
        {
            "name": "sparse",
            "type": "dense",
            "units": 30,
            "init": {"scheme": "sparse", "nonzeros": 5, "direction": "outgoing"},
        },
        {"name": "eye", "type": "dense", "units": 30, "init": {"scheme": "identity", "gain": 0.7}},
    ],
}
IMAGES = {
    "input": [4, 9, 9],
    "layers": [
        {
            "name": "d",
            "type": "conv2d",
            "filters": 8,
            "kernel_size": 3,
            "init": "delta_orthogonal",
            "padding": "same",
        },
        {
            "name": "i",
            "type": "conv2d",
            "filters": 8,
            "kernel_size": 3,
            "init": {"scheme": "icnr", "upscale": 2},
        },
        {"name": "p", "type": "conv2d", "filters": 8, "kernel_size": 3, "init": "dirac"},
        {
            "name": "b",
            "type": "conv2d_transpose",
            "filters": 8,
            "kernel_size": 4,
            "strides": 2,
            "init": "bilinear",
        },
        {"type": "flatten"},
        {"name": "fc", "type": "dense", "units": 33, "init": "orthogonal"},
    ],
}


@pytest.mark.parametrize("layout", ["torch", "keras", "flax", "nnx"])
@pytest.mark.parametrize("spec", [EVERYTHING, IMAGES], ids=["sequences", "images"])
def test_every_layout(layout: str, spec: Any, report: Callable[..., dict[str, Any]]) -> None:
    """Each element is tested against its own parameter in every layout; none is left untested."""
    found = report(winitgen.generate(spec, layout=layout, seed=5), spec, layout=layout)

    assert [] == [(row["name"], row["why"]) for row in found["tensors"] if row["verdict"] != "agrees"]
    assert "agrees" == found["verdict"]


@pytest.mark.parametrize("layout", ["torch", "keras", "flax", "nnx"])
def test_an_element_in_another_place_is_seen(layout: str, complaints: Callable[..., list[str]]) -> None:
    """A drawn padding row and mixed-up rows of an orthogonal kernel are found in every layout."""
    arrays = winitgen.generate(EVERYTHING, layout=layout, seed=5)
    name = next(name for name in arrays if "words" in name)
    arrays[name] = arrays[name].copy()
    arrays[name][3] = arrays[name][4]

    assert [f"{name}: the row of the padding token: 60 of 60 values are not 0"] == [
        line.partition(": they run")[0] for line in complaints(arrays, EVERYTHING, layout=layout)
    ]

"""Values that are not finite, or whose sums are not: the report stays valid JSON, and says what they are."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen

INITS: dict[str, Any] = {
    "normal": "he_normal",
    "uniform": {"scheme": "uniform", "low": -1, "high": 1},
    "orthogonal": "orthogonal",
    "constant": "ones",
    "pattern": "identity",
    "blocks": {"scheme": "blocks", "sizes": [30, 60], "init": ["he_normal", "ones"]},
}


def spec_of(kind: str, dtype: str) -> dict[str, Any]:
    """Return a model of one kernel."""
    layer = {"name": "a", "type": "dense", "units": 90, "init": INITS[kind], "use_bias": False}
    return {"input": 30, "dtype": dtype, "layers": [layer]}


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "largest", "both"])
@pytest.mark.parametrize("kind", INITS)
def test_plain_json_without_a_warning(
    kind: str, value: str, dtype: str, report: Callable[..., dict[str, Any]]
) -> None:
    """Every number of the report is finite or null."""
    spec = spec_of(kind, dtype)
    weight = winitgen.generate(spec)["a.weight"]
    signs = np.arange(weight.size).reshape(weight.shape) % 2 * 2 - 1
    largest = np.finfo(dtype).max
    weight[:] = {"largest": largest, "both": largest * signs}.get(value, value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = report({"a.weight": weight}, spec)

    json.dumps(found, allow_nan=False)
    assert "differs" == found["verdict"]


def test_all_nan(report: Callable[..., dict[str, Any]]) -> None:
    """There is no mean, no smallest and no largest value."""
    (row,) = report({"a.weight": np.full((90, 30), np.nan, np.float32)}, spec_of("normal", "float32"))["tensors"]  # fmt: skip

    assert dict.fromkeys(("mean", "std", "min", "max")) == row["measured"]
    assert ["2,700 NaN among 2,700 values"] == row["why"]

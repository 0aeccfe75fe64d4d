import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

NARROW = ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]

STD = math.sqrt(2 / 800)
EXPECTED = {
    "he_normal": stats.norm(scale=STD),
    "he_uniform": stats.uniform(-math.sqrt(3) * STD, 2 * math.sqrt(3) * STD),
    "he_truncated_normal": stats.truncnorm(-2, 2, scale=STD / stats.truncnorm(-2, 2).std()),
}


@pytest.mark.parametrize("scheme", EXPECTED)
@pytest.mark.parametrize("dtype", NARROW)
def test_rounded_distribution(
    dtype: str, scheme: str, kernel: Callable[..., Any], narrow_complaints: Callable[..., Any]
) -> None:
    """Each number of a narrow format is drawn as often as it is the nearest to a draw."""
    assert [] == narrow_complaints(kernel(dtype, init=scheme), EXPECTED[scheme], dtype)


@pytest.mark.parametrize("scheme", EXPECTED)
@pytest.mark.parametrize("dtype", NARROW)
def test_rounded_once(dtype: str, scheme: str, kernel: Callable[..., Any]) -> None:
    """The values are those of float32, rounded to nearest."""
    narrow = kernel(dtype, init=scheme)

    assert np.array_equal(kernel("float32", init=scheme).astype(narrow.dtype), narrow)

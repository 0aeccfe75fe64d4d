"""What the number formats can hold: spreads with all their digits, values below the largest."""

from collections.abc import Callable

import pytest

from winitgen.errors import SpecError
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

NARROW = "is outside the range 1e-25 to 1e+30 in which float32 is drawn"
WIDE = "is outside the range 1e-290 to 1e+290 in which float64 is drawn"


def with_init(planned: Planned, dtype: str, init: str) -> Plan:
    """Plan one kernel of ``dtype`` under ``init``."""
    return planned(f"dtype: {dtype}\ninput: 8\nlayers: [{{type: dense, units: 8, init: {init}}}]")


@pytest.mark.parametrize(
    ("dtype", "init"),
    [
        ("float32", "{scheme: normal, std: 1e-25}"),
        ("float32", "{scheme: normal, std: 1e30}"),
        ("float64", "{scheme: normal, std: 1e-290}"),
        ("float64", "{scheme: normal, std: 1e290}"),
        ("float16", "{scheme: normal, std: 6550}"),
        ("float16", "{scheme: uniform, low: -65504, high: 65504}"),
        ("bfloat16", "{scheme: normal, std: 1e30}"),
        ("float8_e4m3fn", "{scheme: constant, value: -448}"),
        ("float8_e4m3fnuz", "{scheme: constant, value: 240}"),
        ("float8_e5m2", "{scheme: normal, mean: 7344, std: 5000}"),
        ("float32", "{scheme: normal, std: 0}"),
        ("float32", "{scheme: xavier, gain: 0}"),
    ],
)
def test_accepted(planned: Planned, dtype: str, init: str) -> None:
    """Up to the limits, and zero itself, everything can be drawn."""
    assert dtype == with_init(planned, dtype, init).parameters[0].dtype


@pytest.mark.parametrize(
    ("dtype", "init", "message"),
    [
        ("float32", "{scheme: normal, std: 9e-26}", f"a spread of 9e-26 {NARROW}"),
        ("float32", "{scheme: normal, std: 1.1e30}", f"a spread of 1.1e+30 {NARROW}"),
        ("float32", "{scheme: xavier, gain: 1e-26}", NARROW),
        ("float32", "{scheme: uniform, low: 0, high: 1e-26}", f"a spread of 5e-27 {NARROW}"),
        ("float64", "{scheme: normal, std: 9e-291}", f"a spread of 9e-291 {WIDE}"),
        ("float64", "{scheme: normal, std: 1.1e290}", f"a spread of 1.1e+290 {WIDE}"),
        ("float16", "{scheme: normal, std: 6551}", "values up to 6.551e+04 do not fit in float16"),
        ("float16", "{scheme: normal, mean: -65000, std: 51}", "do not fit in float16"),
        ("float16", "{scheme: uniform, low: -65505, high: 0}", "do not fit in float16"),
        ("float8_e4m3fn", "{scheme: constant, value: 449}", "values up to 449 do not fit in float8_e4m3fn"),
        ("float8_e4m3fnuz", "{scheme: constant, value: 241}", "whose largest number is 240"),
        ("float32", "{scheme: constant, value: 1e39}", "values up to 1e+39 do not fit in float32"),
    ],
)
def test_refused(planned: Planned, dtype: str, init: str, message: str) -> None:
    """Beyond the limits, the refusal says which number does not fit what."""
    with pytest.raises(SpecError) as caught:
        with_init(planned, dtype, init)

    assert message in str(caught.value)


@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
def test_every_dtype(planned: Planned, dtype: str) -> None:
    """Every number format can be a model's or a layer's; buffers that count stay whole numbers."""
    plan = planned(f"""
dtype: {dtype}
input: 8
layers:
  - {{name: a, type: dense, units: 8}}
  - {{name: b, type: dense, units: 8, dtype: float32}}
  - {{name: n, type: batch_norm}}
""")
    dtypes = {p.id: p.dtype for p in plan.parameters}

    assert (dtype, "float32", dtype, "int64") == (
        dtypes["a/kernel"],
        dtypes["b/kernel"],
        dtypes["n/moving_mean"],
        dtypes["n/num_batches_tracked"],
    )

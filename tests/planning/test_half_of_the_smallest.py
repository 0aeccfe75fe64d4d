"""Half of a format's smallest number is rounded to 0, since ties go to even: such values are refused."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES

NARROWER = [dtype for dtype in FLOAT_DTYPES if dtype != "float64"]


def inits(number: float) -> dict[str, tuple[Any, str]]:
    """Return schemes whose largest value is a number, each with what the message calls it."""
    return {
        "constant": ({"scheme": "constant", "value": number}, f"a value of {number:.4g}"),
        "listed": ({"scheme": "listed", "values": [number, number]}, f"a value of {number:.4g}"),
        "mask": ({"scheme": "causal_mask", "below": 0, "above": -number}, f"a value of {-number / 4:.4g}"),
        "identity": ({"scheme": "identity", "gain": number}, f"a value of {number / 2:.4g}"),
        "uniform": ({"scheme": "uniform", "low": -number, "high": number}, f"a spread of {number:.4g}"),
    }


def spec_of(init: Any, dtype: str) -> dict[str, Any]:
    """Return a model of one tensor."""
    return {"dtype": dtype, "layers": [{"name": "p", "type": "param", "shape": [2, 2], "init": init}]}


@pytest.mark.parametrize("dtype", ["float16", "float8_e4m3fn", "float8_e5m2fnuz"])
@pytest.mark.parametrize("kind", inits(1.0))
def test_half_is_refused(kind: str, dtype: str) -> None:
    """The message is that of any number below."""
    smallest = DTYPES[dtype].smallest
    init, what = inits(smallest / 2)[kind]
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.plan(spec_of(init, dtype))

    assert str(caught.value).partition("p: ")[2] == (
        f"{what} rounds to zero in {dtype}, whose smallest number is {smallest:.4g}; "
        "use zeros, a larger number, or another dtype"
    )


@pytest.mark.parametrize("dtype", NARROWER)
@pytest.mark.parametrize("share", [0.5, 0.501])
def test_more_than_half_is_drawn(dtype: str, share: float) -> None:
    """A value just above the tie is the smallest number; the tie itself is refused in every format."""
    spec = spec_of({"scheme": "constant", "value": share * DTYPES[dtype].smallest}, dtype)
    if share == 0.5:
        with pytest.raises(winitgen.SpecError, match="rounds to zero"):
            winitgen.plan(spec)
    else:
        assert winitgen.generate(spec)["p"].astype(float).all()

"""Drawing in a program that makes NumPy raise errors: a value that is rounded to 0 or a subnormal is none."""

import numpy as np
import pytest

import winitgen
from tests.processes.everything import NARROW
from winitgen.numeric.dtypes import FLOAT_DTYPES


@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
def test_no_error(dtype: str) -> None:
    """The values are those of any other program."""
    usual = winitgen.generate(NARROW, dtype=dtype)
    with np.errstate(all="raise"):
        found = winitgen.generate(NARROW, dtype=dtype)

    assert {name: array.tobytes() for name, array in usual.items()} == {
        name: array.tobytes() for name, array in found.items()
    }

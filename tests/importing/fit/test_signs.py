"""Zeros with a sign: what the spec of a file gives has them too, or a comment says that it has not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from tests.importing.fit.fitting import fit, law, normal
from winitgen.importing.found import FoundTensor
from winitgen.importing.weights import of_file
from winitgen.numeric.arrays import Array

NEGATIVE: dict[str, Any] = {"scheme": "constant", "value": -0.0}


def repeated(*values: float, each: int = 1, times: int = 1, dtype: Any = np.float32) -> Array:
    """Return numbers, each so often in a row, over and over."""
    return np.tile(np.repeat(np.array(values), each), times).astype(dtype)


def lower(rows: int, below: float, above: float) -> Array:
    """Return a mask that does not look ahead."""
    return np.where(np.tri(rows, dtype=bool), below, above).astype(np.float32)


CASES: list[tuple[Array, Any]] = [
    (repeated(-0.0, times=8), NEGATIVE),
    (np.array(-0.0, np.float32), NEGATIVE),
    (repeated(-0.0, times=5, dtype=ml_dtypes.bfloat16), NEGATIVE),
    (repeated(-0.0, times=5, dtype=ml_dtypes.float8_e5m2), NEGATIVE),
    (repeated(-0.0, 1, 2, 3, -0.0, 5), {"scheme": "listed", "values": [-0.0, 1, 2, 3, -0.0, 5]}),
    (repeated(0.0, -0.0, each=64), {"scheme": "listed", "values": [0, -0.0], "each": 64}),
    (repeated(-0.0, 0.0, times=5000), {"scheme": "listed", "values": [-0.0, 0]}),
    (repeated(-0.0, 0, 3, each=8, dtype=np.float16), {"scheme": "listed", "values": [-0.0, 0, 3], "each": 8}),
    (repeated(-0.0, -1, -2, -3, -4), {"scheme": "arange", "start": -0.0, "step": -1}),
    (repeated(-0.0, 1, 2, 3, 4), {"scheme": "listed", "values": [-0.0, 1, 2, 3, 4]}),
    (lower(40, 1, -0.0), {"scheme": "causal_mask", "above": -0.0}),
    (lower(40, -0.0, -9), {"scheme": "causal_mask", "below": -0.0, "above": -9}),
    (lower(40, -0.0, 0), {"scheme": "causal_mask", "below": -0.0}),
]


@pytest.mark.parametrize(("values", "expected"), CASES)
def test_zeros_with_a_sign(values: Array, expected: Any) -> None:
    """The scheme has them as the values do, and gives the same bits."""
    found = law(values)
    layer = {
        "name": "p",
        "type": "param",
        "shape": list(values.shape),
        "dtype": values.dtype.name,
        "init": found,
    }
    drawn = winitgen.generate({"layers": [layer]})["p"]

    assert repr(expected) == repr(found)
    assert values.tobytes() == drawn.tobytes()


UNSAID = [
    (np.where(normal(3, 600) < 0, 0.0, -0.0).astype(np.float32), "zeros", "0"),
    (np.where(np.eye(40) == 1, 1, -0.0).astype(np.float32), "identity", "1 on the diagonal"),
]


@pytest.mark.parametrize(("values", "scheme", "evidence"), UNSAID)
def test_signs_that_no_scheme_gives(values: Array, scheme: str, evidence: str) -> None:
    """The comment says how many zeros have one."""
    found = fit({"weight": values})["weight"]
    count = int(((values == 0) & np.signbit(values)).sum())

    assert isinstance(found, FoundTensor)
    assert (scheme, f"{evidence}, but for the signs of zeros: {count:,} are -0") == (
        found.init,
        found.evidence,
    )


def test_tensors_that_differ_in_a_sign() -> None:
    """They are not tied to each other."""
    one = normal(4, 50, 40)
    one[3, 5] = 0.0
    other = one.copy()
    other[3, 5] = -0.0
    found = fit({"a.weight": one, "b.weight": other, "c.weight": one.copy()})

    assert ["", "", "a.weight"] == [getattr(found[name], "tied_to", "") or "" for name in found]


@pytest.mark.parametrize("numbers", [(-0.0, 0.5, 0.25), (0.5, -0.0, 0.25), (0.5, 0.25, -0.0)])
def test_rounds_of_a_stack(numbers: tuple[float, ...], tmp_path: Path) -> None:
    """What differs from round to round is said by an expression, which has no such zero."""
    arrays = {f"h.{index}.w": repeated(number, times=6) for index, number in enumerate(numbers)}
    np.savez(tmp_path / "w.npz", **arrays)
    (tmp_path / "m.yaml").write_text(of_file(str(tmp_path / "w.npz"), fit=True).text)
    drawn = winitgen.generate(tmp_path / "m.yaml")

    assert {name: values.tobytes() for name, values in arrays.items()} == {
        name: values.tobytes() for name, values in drawn.items()
    }

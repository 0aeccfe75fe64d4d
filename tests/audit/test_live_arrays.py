"""No array of a live model vanishes because another one has its name."""

from __future__ import annotations

import pytest

import winitgen
from winitgen.audit.verify.live_arrays import LiveArray, check_arrays
from winitgen.layouts import tensors

SPEC = {"layers": [{"name": "fc", "type": "dense", "inputs": 4, "units": 3, "use_bias": False}]}


@pytest.mark.parametrize(
    ("second", "line"),
    [
        (("fc.weight", "fc.weight"), "net: fc.weight is the name of two arrays, and the spec has one"),
        (("fc.weight", None), "net: fc.weight is the name of two arrays, and the spec has one"),
        (("other", "fc.weight"), "net: other is not among the tensors of the spec"),
        (("other", None), "net: other is not among the tensors of the spec"),
    ],
)
def test_an_array_too_many_is_told(second: tuple[str, str | None], line: str) -> None:
    """Whatever it is called, and whichever tensor it is taken for."""
    name, tensor = second
    found = [
        LiveArray("fc.weight", (3, 4), "float32", "fc.weight"),
        LiveArray(name, (3, 4), "float32", tensor),
    ]
    wanted = tensors(winitgen.plan(SPEC))
    check_arrays("net", wanted, found[:1])

    with pytest.raises(winitgen.DiffersError) as caught:
        check_arrays("net", wanted, found)
    assert line == str(caught.value)

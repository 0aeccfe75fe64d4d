"""2 billion normals, run only on request: ``pytest tests/portable/slow_billions.py``.

The file's name keeps it out of the usual tests. A difference that one value in a hundred million has, as a
fused operation makes it, shows in no smaller hash.
"""

from __future__ import annotations

import pytest

from tests.portable.child import differing, run
from tests.portable.compute import about

GROUP = ("billions",)


@pytest.mark.parametrize("plain", [False, True], ids=["all instructions", "no vector instructions"])
def test_two_billion_normals(plain: bool) -> None:
    """A file of 8 GB has the recorded hash, with and without NumPy's vector instructions."""
    environment = {"NPY_DISABLE_CPU_FEATURES": " ".join(about()["features"])} if plain else {}
    found_on, found = run(GROUP, environment=environment)

    assert [] == differing(GROUP, found)
    assert not (plain and found_on["features"])

"""What the tests of the kernels need."""

from __future__ import annotations

import pytest

from tests.kernel_paths import drawn_by
from tests.needed import missing
from winitgen.compiled.kernels import kernels


@pytest.fixture(autouse=True, scope="session")
def _built() -> None:
    """Skip these tests where the kernels were not built: they would compare NumPy with NumPy."""
    with drawn_by("c"):
        if kernels() is None:
            missing("a C compiler at the time of the installation", "install one, then winitgen again")

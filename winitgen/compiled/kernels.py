"""Finds the compiled kernels: used where they were built for this code, unless a variable asks for NumPy."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

VARIABLE = "WINITGEN_KERNELS"
"""The environment variable that names the path: ``numpy``, or ``c``, which is also used if it is not set."""

VERSION = 3
"""Counts up with every change of what the kernels take or give; others, of an older build, are not used."""


@cache
def kernels() -> ModuleType | None:
    """Return the module of the compiled kernels, or None: then NumPy draws the same bits.

    It is None if it was not built, or for another version of this code; if the compiler fused multiplications with
    additions, which changes bits; or if ``WINITGEN_KERNELS`` is ``numpy``.
    """
    if os.environ.get(VARIABLE, "").strip().lower() == "numpy":
        return None
    try:
        from winitgen.compiled import _kernels
    except ImportError:
        return None
    return _kernels if _kernels.VERSION == VERSION and not _fuses(_kernels) else None


def _fuses(module: ModuleType) -> bool:
    """Tell whether (1 + 2^-30)^2 - 1 keeps the bit 2^-60, which a product rounded by itself has lost."""
    return bool(module.fuses(1 + 2.0**-30, 1 + 2.0**-30, -1.0))


def path_name() -> str:
    """Return which path runs: ``c`` or ``numpy``."""
    return "numpy" if kernels() is None else "c"

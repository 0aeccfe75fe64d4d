"""The same calls with the C kernels and with NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from winitgen.compiled.kernels import VARIABLE, kernels
from winitgen.drawing import draw


@contextmanager
def drawn_by(path: str) -> Iterator[None]:
    """Use one path, ``c`` or ``numpy``; samplers of the other one are forgotten, before and after."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, path)
        _forget()
        yield
    _forget()


def _forget() -> None:
    kernels.cache_clear()
    draw._sampler_for.cache_clear()
    draw._sampler.cache_clear()

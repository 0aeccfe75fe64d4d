"""Fresh tensors of the libraries themselves: every one agrees with its plan, and its library is named where it matters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np
import pytest

from tests.frameworks.library_draws import LIBRARIES, Case, checked, report_of

NEEDED = {
    "torch": ("torch",),
    "timm": ("torch", "timm"),
    "jax": ("jax",),
    "equinox": ("jax", "equinox"),
    "mlx": ("mlx",),
    "keras": ("jax", "keras"),
    "keras_torch": ("torch", "jax", "keras"),
}

NAMED = {
    "jax": {"uniform", "normal", "truncated", "lecun normal", "he normal", "glorot uniform"},
    "equinox": {"linear"},
    "keras": {"normal", "glorot uniform", "he normal", "truncated"},
    "timm": {"normal", "interval", "scaled"},
}
"""The cases whose bfloat16 draws differ from the ideal law even in a small file."""

COMPILED = {"jax", "equinox", "keras"}
"""Libraries that compile for each format, which takes seconds: only bfloat16 is drawn."""


@pytest.fixture
def usual_jax(framework: Callable[[str], ModuleType]) -> Iterator[None]:
    """Let JAX compile as it does for its users: what is told apart here is in the last bits."""
    config = framework("jax").config
    config.update("jax_disable_most_optimizations", False)
    yield
    config.update("jax_disable_most_optimizations", True)


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES)
def test_fresh_tensors_agree(
    library: str,
    framework: Callable[[str], ModuleType],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In each number format, though JAX's bfloat16 has 128 values and timm's a lump at -2."""
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "jax"))
    if library == "timm":
        request.getfixturevalue("torchvision")
    for name in NEEDED[library]:
        framework(name)
    if "jax" in NEEDED[library]:
        request.getfixturevalue("usual_jax")
    named = set()
    for name, case in LIBRARIES[library]().items():
        for dtype in ("bfloat16",) if library in COMPILED else ("bfloat16", "float16", "float32"):
            report = report_of(case, (350, 500), dtype, 3)

            assert "agrees" == report["verdict"], (name, dtype, report["tensors"][0]["why"])
            named |= {name} if report["laws"] and dtype == "bfloat16" else set()

    assert NAMED.get(library, set()) <= named


@pytest.mark.slow
@pytest.mark.usefixtures("torchvision")
def test_a_weight_of_minus_two(framework: Callable[[str], ModuleType]) -> None:
    """One of timm's float32 weights is -2; with another number of them, or elsewhere, the file differs."""
    framework("timm")
    case: Case = LIBRARIES["timm"]()["normal"]
    values = case.draw((700, 1100), "float32", 12)

    assert 1 == np.count_nonzero(values == -2.0)
    assert ["as timm draws float32: 1 in 16,777,216 values at -2"] == [
        law["law"] for law in checked(case.init, values, "float32")["laws"]
    ]
    assert "differs" == checked(case.init, np.where(values == -2.0, -1.9, values), "float32")["verdict"]
    values[0, :5] = -2.0
    assert "differs" == checked(case.init, values, "float32")["verdict"]

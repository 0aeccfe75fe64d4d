"""Fresh models of the real frameworks, in their own files: every law is found, and no other."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.importing.fresh import measured
from tests.needed import missing

MODELS = {
    "torch:mlp": ("torch",),
    "torch:initialized": ("torch",),
    "torch:bfloat16": ("torch",),
    "torch:tied": ("torch",),
    "keras:mlp": ("keras", "jax"),
    "linen:conv": ("flax", "jax"),
    "nnx:attention": ("flax", "jax"),
    "bert": ("torch", "transformers"),
    "mixtral": ("torch", "transformers"),
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("name", MODELS)
def test_the_laws_of_a_fresh_model(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kind and std of each tensor are the true ones, and the source agrees with the spec by `verify --statistics`."""
    for framework in MODELS[name]:
        if find_spec(framework) is None:
            missing(framework, "install it with: pip install -e '.[frameworks]'")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    outcome = measured(name, tmp_path)

    assert [] == outcome.notes
    assert "agrees" == outcome.verified
    assert outcome.large.total() + outcome.small.total() > 0

"""The probe of whole examples against torchvision's models, layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.test_torchvision import MODELS

pytestmark = pytest.mark.slow


MODULES = {
    "efficientnet_b0": 131,
    "mobilenet_v3_small": 88,
    "regnet_y_400mf": 139,
    "shufflenet_v2_x1_0": 113,
}
"""How many convolutions, norms and dense layers each has."""


@pytest.mark.parametrize(("name", "modules"), MODULES.items(), ids=MODULES)
def test_every_layer(
    name: str,
    modules: int,
    torchvision: Any,
    torch: Any,
    fill: Callable[..., Any],
    specs: Path,
    tmp_path: Path,
) -> None:
    """In training mode, the output of every layer has the standard deviation that the probe reports."""
    spec = specs / f"{MODELS[name]}.yaml"
    model = fill(getattr(torchvision.models, name)(weights=None), spec).train()
    found: dict[str, float] = {}

    def see(path: str, module: Any, _: Any, out: Any) -> None:
        found[path] = out.double().std(unbiased=False).item()

    for path, module in model.named_modules():
        if isinstance(module, torch.nn.Dropout | torchvision.ops.StochasticDepth):
            module.p = 0.0
        if not list(module.children()):
            module.register_forward_hook(partial(see, path))
    batch = np.random.default_rng(0).standard_normal((4, 3, 224, 224)).astype(np.float32)
    np.save(tmp_path / "batch.npy", batch)
    with torch.no_grad():
        model(torch.from_numpy(batch))
    rows = winitgen.probe(spec, input=tmp_path / "batch.npy")["runs"][0]["layers"]
    pairs = {row["layer"]: row["pre"]["std"] for row in rows if row["layer"] in found}

    assert modules == len(pairs)
    assert pairs == pytest.approx({path: found[path] for path in pairs}, rel=1e-4)

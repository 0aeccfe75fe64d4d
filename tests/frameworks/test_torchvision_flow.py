"""The examples after torchvision's transformers and convolutions on features: names, values and signals."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

SPECS = {"vit_b_16": "vit-b16", "convnext_tiny": "convnext-tiny"}
"""torchvision's models, and the files of their specs."""


@pytest.mark.parametrize("name", SPECS)
def test_loads_into_torchvision(
    name: str,
    torchvision: Any,
    fill: Callable[..., Any],
    specs: Path,
    bits: Callable[[Any], dict[str, str]],
) -> None:
    """The file fills torchvision's class, with no tensor missing or unused, and the module has its bits."""
    spec = specs / f"{SPECS[name]}.yaml"
    model = fill(getattr(torchvision.models, name)(weights=None), spec)

    assert bits(winitgen.generate(spec)) == bits(model.state_dict())


@pytest.mark.parametrize("name", SPECS)
def test_every_parameter_is_drawn_as_torchvisions(
    name: str, torch: Any, torchvision: Any, specs: Path
) -> None:
    """Mean and standard deviation are those of a fresh model, to five standard errors."""
    torch.manual_seed(0)
    fresh = getattr(torchvision.models, name)(weights=None).state_dict()
    own = winitgen.generate(specs / f"{SPECS[name]}.yaml")

    wrong = []
    for key, tensor in fresh.items():
        a, b = tensor.double().numpy(), own[key].astype("f8")
        error = max(a.std(), b.std()) / a.size**0.5
        if abs(a.std() - b.std()) > 5 * error or abs(a.mean() - b.mean()) > 7 * error:
            wrong.append((key, a.std(), b.std()))
    assert [] == wrong


@pytest.mark.parametrize(("name", "layers"), [("vit_b_16", 51), ("convnext_tiny", 82)])
def test_a_probe_sends_torchvisions_signal(
    name: str, layers: int, torch: Any, torchvision: Any, specs: Path, tmp_path: Path
) -> None:
    """Every module without an activation of its own outputs the standard deviation that the probe reports."""
    x = np.random.default_rng(0).standard_normal((2, 3, 224, 224)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    spec = specs / f"{SPECS[name]}.yaml"
    model = getattr(torchvision.models, name)(weights=None).eval()
    model.load_state_dict({key: torch.tensor(array) for key, array in winitgen.generate(spec).items()})
    outputs: dict[str, float] = {}
    for path, module in model.named_modules():

        def hook(_module: Any, _inputs: Any, output: Any, path: str = path) -> None:
            whole = output if isinstance(output, torch.Tensor) else output[0]
            outputs[path] = float(whole.double().std(correction=0))

        module.register_forward_hook(hook)
    with torch.no_grad():
        model(torch.tensor(x))
    rows = winitgen.probe(spec, input=str(tmp_path / "x.npy"))["runs"][0]["layers"]
    found = {
        row["layer"]: row["out"]["std"] for row in rows if row["activation"] == "" and row["layer"] in outputs
    }

    assert layers == len(found)
    assert {key: outputs[key] for key in found} == pytest.approx(found, rel=1e-4)

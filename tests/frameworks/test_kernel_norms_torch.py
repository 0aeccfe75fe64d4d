"""Weight and spectral normalization in PyTorch's own modules, of both generations."""

from collections.abc import Callable
from typing import Any

import pytest

LAYERS: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "linear": ({"type": "dense", "inputs": 12, "units": 7}, lambda nn: nn.Linear(12, 7)),
    "conv1d": (
        {"type": "conv1d", "inputs": 6, "filters": 8, "kernel_size": 5, "groups": 2},
        lambda nn: nn.Conv1d(6, 8, 5, groups=2),
    ),
    "conv2d": (
        {"type": "conv2d", "inputs": 3, "filters": 8, "kernel_size": [2, 3]},
        lambda nn: nn.Conv2d(3, 8, (2, 3)),
    ),
    "transposed": (
        {"type": "conv2d_transpose", "inputs": 3, "filters": 5, "kernel_size": 3, "strides": 2},
        lambda nn: nn.ConvTranspose2d(3, 5, 3, 2),
    ),
    "depthwise": (
        {"type": "depthwise_conv2d", "inputs": 4, "kernel_size": 3},
        lambda nn: nn.Conv2d(4, 4, 3, groups=4),
    ),
}


def wrapped(torch: Any, module: Any, norm: dict[str, Any]) -> Any:
    """Return a module with the norm of a spec, as its users write it."""
    utils = torch.nn.utils.parametrizations if norm.get("names") != "hooks" else torch.nn.utils
    options = {"dim": norm["axis"]} if "axis" in norm else {}
    return getattr(utils, norm["type"])(module, **options)


def filled(torch: Any, fill: Callable[..., Any], name: str, norm: dict[str, Any], **options: Any) -> Any:
    """Return a module with the norm, loaded strictly from a file."""
    layer, make = LAYERS[name]
    module = torch.nn.Module()
    module.m = wrapped(torch, make(torch.nn), norm)
    spec = {"defaults": {"preset": "torch"}, "layers": [{"name": "m", **layer, "kernel_norm": norm}]}
    return fill(module, spec, **options).m.eval()


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("names", ["parametrizations", "hooks"])
@pytest.mark.parametrize("axis", [None, 1])
@pytest.mark.parametrize("name", LAYERS)
def test_weight_norm(torch: Any, fill: Callable[..., Any], name: str, axis: int | None, names: str) -> None:
    """The module's weight is v itself: g holds its lengths, those that PyTorch computes."""
    norm = {"type": "weight_norm", "names": names, **({} if axis is None else {"axis": axis})}
    module = filled(torch, fill, name, norm)
    state = module.state_dict()
    g, v = (state[key] for key in (("weight_g", "weight_v") if names == "hooks" else NAMES))
    if names == "hooks":
        module(
            torch.zeros(1, *v.shape[1:2])
            if v.ndim == 2
            else torch.zeros(1, INPUTS[name], *[9] * (v.ndim - 2))
        )

    torch.testing.assert_close(torch.norm_except_dim(v, 2, axis or 0), g, rtol=1e-6, atol=0)
    torch.testing.assert_close(module.weight.detach(), v, rtol=1e-6, atol=1e-7)


NAMES = ("parametrizations.weight.original0", "parametrizations.weight.original1")
INPUTS = {"conv1d": 6, "conv2d": 3, "transposed": 3, "depthwise": 4}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("names", ["parametrizations", "hooks"])
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("name", LAYERS)
def test_spectral_norm(torch: Any, fill: Callable[..., Any], name: str, axis: int | None, names: str) -> None:
    """In evaluation, the largest singular value of the module's weight is 1 within 1e-5."""
    norm = {"type": "spectral_norm", "names": names, **({} if axis is None else {"axis": axis})}
    module = filled(torch, fill, name, norm)
    inputs = (
        torch.zeros(1, 12)
        if name == "linear"
        else torch.zeros(1, INPUTS[name], *[9] * (1 if name == "conv1d" else 2))
    )
    module(inputs)
    weight = module.weight.detach()
    axis = axis if axis is not None else int(name == "transposed")
    matrix = weight.movedim(axis, 0).flatten(1)

    assert 1.0 == pytest.approx(float(torch.linalg.matrix_norm(matrix.double(), 2)), abs=1e-5)


def test_wav2vec2_positions(torch: Any, fill: Callable[..., Any]) -> None:
    """The convolution of wav2vec 2's positions has a length for each tap."""
    module = torch.nn.Module()
    conv = torch.nn.Conv1d(64, 64, 16, padding=8, groups=4)
    module.conv = torch.nn.utils.parametrizations.weight_norm(conv, name="weight", dim=2)
    layer = {"name": "conv", "type": "conv1d", "inputs": 64, "filters": 64, "kernel_size": 16, "groups": 4}
    fill(module, {"layers": [{**layer, "kernel_norm": {"type": "weight_norm", "axis": 2}}]})

    assert (1, 1, 16) == tuple(module.conv.parametrizations.weight.original0.shape)


@pytest.mark.parametrize("kind", ["weight_norm", "spectral_norm"])
def test_as_a_fresh_module(torch: Any, fill: Callable[..., Any], kind: str) -> None:
    """Outputs spread as those of a module that PyTorch has just made."""
    torch.manual_seed(0)
    x = torch.randn(200, 12)
    fresh = [
        wrapped(torch, torch.nn.Linear(12, 7), {"type": kind}).eval()(x).detach().std() for _ in range(40)
    ]
    ours = [filled(torch, fill, "linear", {"type": kind}, seed=seed)(x).detach().std() for seed in range(40)]

    assert float(torch.stack(fresh).mean()) == pytest.approx(float(torch.stack(ours).mean()), rel=0.06)


@pytest.mark.parametrize("kind", ["weight_norm", "spectral_norm"])
def test_training_goes_on(torch: Any, fill: Callable[..., Any], kind: str) -> None:
    """A step of training changes the loaded module as one of its own, and u stays where it is."""
    module = filled(torch, fill, "conv2d", {"type": kind}).train()
    before = {key: value.clone() for key, value in module.state_dict().items()}
    module(torch.ones(2, 3, 9, 9)).square().sum().backward()
    after = module.state_dict()

    assert all(bool(torch.isfinite(p.grad).all()) for p in module.parameters())
    if kind == "spectral_norm":
        key = "parametrizations.weight.0._u"
        assert float(before[key] @ after[key]) == pytest.approx(1.0, abs=1e-4)

"""Schemes against PyTorch's own, and SIREN in its authors' module."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen


def siren(torch: Any) -> Any:
    """Return `Siren(2, 1, 256, hidden_layers=3, outermost_linear=True)` of the authors' notebook."""
    nn = torch.nn

    class SineLayer(nn.Module):
        def __init__(self, inputs: int, outputs: int, *, first: bool = False) -> None:
            super().__init__()
            self.linear = nn.Linear(inputs, outputs)
            limit = 1 / inputs if first else math.sqrt(6 / inputs) / 30
            nn.init.uniform_(self.linear.weight, -limit, limit)

        def forward(self, x: Any) -> Any:
            return torch.sin(30 * self.linear(x))

    class Siren(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            hidden = [SineLayer(256, 256) for _ in range(3)]
            last = nn.Linear(256, 1)
            nn.init.uniform_(last.weight, -math.sqrt(6 / 256) / 30, math.sqrt(6 / 256) / 30)
            self.net = nn.Sequential(SineLayer(2, 256, first=True), *hidden, last)

        def forward(self, x: Any) -> Any:
            return self.net(x)

    return Siren()


def test_siren_fills_its_authors_module(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """The example loads strictly, with the range and the moments of the authors' initialization."""
    torch.manual_seed(0)
    theirs = siren(torch)
    ours = fill(siren(torch), specs / "siren.yaml")

    for (name, own), drawn in zip(theirs.state_dict().items(), ours.state_dict().values(), strict=True):
        limit = {"net.0.linear.weight": 1 / 2, "net.0.linear.bias": 1 / math.sqrt(2)}.get(
            name, 1 / 16 if name.endswith("bias") else math.sqrt(6 / 256) / 30
        )
        assert drawn.abs().max() <= np.float32(limit)
        if own.numel() > 200:
            std, error = limit / math.sqrt(3), 4 / math.sqrt(5 * own.numel())  # kurtosis 9/5
            assert own.abs().max() <= np.float32(limit)
            assert (std, std) == pytest.approx((own.std().item(), drawn.std().item()), rel=error)


def test_siren_computes(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """The filled module maps the plane to finite numbers that vary from point to point."""
    axis = torch.linspace(-1, 1, 32)
    with torch.no_grad():
        out = fill(siren(torch), specs / "siren.yaml")(torch.cartesian_prod(axis, axis))

    assert (1024, 1) == tuple(out.shape)
    assert 0.01 < out.std().item() < 1


def kernel(layer: dict[str, Any], flow: Any) -> Any:
    """Return the kernel of one layer."""
    return winitgen.generate({"input": flow, "layers": [{"name": "layer", **layer}]})["layer.weight"]


@pytest.mark.parametrize(
    ("filters", "channels", "groups", "size"),
    [(6, 6, 1, [3]), (4, 8, 2, [3, 3]), (9, 3, 3, [5, 4]), (6, 4, 2, [4, 2, 3]), (8, 4, 1, [2])],
    ids=str,
)
def test_dirac(torch: Any, filters: int, channels: int, groups: int, size: list[int]) -> None:
    """Dirac kernels are those of `dirac_`, element by element."""
    expected = torch.nn.init.dirac_(torch.empty(filters, channels // groups, *size), groups)
    layer = {
        "type": f"conv{len(size)}d",
        "filters": filters,
        "kernel_size": size,
        "groups": groups,
        "init": "dirac",
    }

    np.testing.assert_array_equal(expected.numpy(), kernel(layer, [channels, *[9] * len(size)]))


@pytest.mark.parametrize(("units", "inputs"), [(3, 5), (5, 3), (4, 4)])
def test_identity(torch: Any, units: int, inputs: int) -> None:
    """Identity kernels are those of `eye_`."""
    expected = torch.nn.init.eye_(torch.empty(units, inputs))

    np.testing.assert_array_equal(
        expected.numpy(), kernel({"type": "dense", "units": units, "init": "identity"}, inputs)
    )


@pytest.mark.parametrize("size", [3, 4, 5, 8])
def test_bilinear_enlarges_as_interpolate_does(torch: Any, size: int) -> None:
    """Away from the edges a stride of f gives PyTorch's interpolation.

    An even kernel, 2 f wide, is `align_corners=False`; an odd one, 2 f - 1 wide, `align_corners=True`.
    """
    factor = (size + 1) // 2
    layer = {
        "type": "conv2d_transpose",
        "filters": 2,
        "kernel_size": size,
        "strides": factor,
        "init": "bilinear",
    }
    image = torch.cos(torch.arange(2 * 49.0)).reshape(1, 2, 7, 7)
    weights = torch.from_numpy(kernel(layer, [2, 7, 7]))
    out = torch.nn.functional.conv_transpose2d(image, weights, stride=factor)
    aligned = bool(size % 2)
    wide = (6 * factor + 1) if aligned else 7 * factor
    expected = torch.nn.functional.interpolate(image, (wide, wide), mode="bilinear", align_corners=aligned)
    before = (out.shape[-1] - wide) // 2
    inner = slice(factor, wide - factor)

    found = out[..., before : before + wide, before : before + wide]
    np.testing.assert_allclose(
        expected[..., inner, inner].numpy(), found[..., inner, inner].numpy(), atol=1e-6
    )


def test_icnr_starts_without_a_checkerboard(torch: Any) -> None:
    """After a pixel shuffle, the pixels of one channel are equal (Aitken et al. 2017)."""
    layer = {"type": "conv2d", "filters": 12, "kernel_size": 3, "init": {"scheme": "icnr", "upscale": 2}}
    weights = torch.from_numpy(kernel(layer, [5, 8, 8]))
    image = torch.sin(torch.arange(5 * 64.0)).reshape(1, 5, 8, 8)
    out = torch.nn.functional.pixel_shuffle(torch.nn.functional.conv2d(image, weights), 2)
    blocks = out.reshape(3, 6, 2, 6, 2).movedim(2, 3).reshape(3, 36, 4)

    np.testing.assert_allclose(blocks.numpy(), blocks[..., :1].expand(3, 36, 4).numpy(), rtol=1e-6, atol=1e-6)
    assert 3 == len({channel.numpy().tobytes() for channel in out[0]})


@pytest.mark.parametrize("shape", [(30, 50), (50, 30)], ids=["wide", "tall"])
def test_orthogonal_is_distributed_as_torchs(torch: Any, shape: tuple[int, int]) -> None:
    """Entries of 200 matrices have the moments of those of `orthogonal_`: 1/n, and 3/(n (n + 2)) for squares."""
    generator = torch.Generator().manual_seed(0)
    theirs = torch.stack(
        [torch.nn.init.orthogonal_(torch.empty(shape), generator=generator) for _ in range(200)]
    )
    init = {"type": "dense", "units": shape[0], "inputs": shape[1], "init": "orthogonal", "use_bias": False}
    spec = {"layers": [{"name": f"fc{number}", **init} for number in range(200)]}
    ours = np.stack(list(winitgen.generate(spec).values())).astype(np.float64)
    longer = max(shape)

    for found in (theirs.double().numpy(), ours):
        assert pytest.approx(0.0, abs=4 / math.sqrt(found.size * longer)) == found.mean()
        assert pytest.approx(1 / longer, rel=1e-6) == (found**2).mean()
        assert pytest.approx(3 / (longer * (longer + 2)), rel=0.03) == (found**4).mean()

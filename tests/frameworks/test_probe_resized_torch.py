"""The probe's enlarged images and shuffles against PyTorch's, forward and backward."""

from typing import Any

import pytest

from tests.frameworks.autograd import DTYPES, batch, compare
from tests.probing.one_layer import operation

ENLARGED = {
    "a sequence": ([6, 5], {"type": "upsample1d", "scale": 3}, {"scale_factor": 3}),
    "an image": ([6, 5, 4], {"type": "upsample2d", "scale": [2, 3]}, {"scale_factor": (2, 3)}),
    "a volume": ([2, 3, 5, 4], {"type": "upsample3d", "scale": 2}, {"scale_factor": 2}),
    "bilinear": (
        [6, 5, 4],
        {"type": "upsample2d", "scale": [2, 3], "mode": "bilinear"},
        {"scale_factor": (2, 3), "mode": "bilinear"},
    ),
    "bilinear, of one row": (
        [6, 1, 4],
        {"type": "upsample2d", "scale": 4, "mode": "bilinear"},
        {"scale_factor": 4, "mode": "bilinear"},
    ),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", ENLARGED)
def test_enlarged(name: str, threads: int, dtype: str, torch: Any) -> None:
    """Pixels are repeated or interpolated as by `torch.nn.Upsample`, and gradients are summed."""
    size, layer, reference = ENLARGED[name]
    own = operation(size, layer, dtype=dtype, threads=threads)

    compare(own, torch, torch.nn.Upsample(**reference), [batch(4, *size, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("groups", [1, 2, 3, 12])
def test_channel_shuffle(groups: int, dtype: str, torch: Any) -> None:
    """The channels of groups are interleaved as by `torch.nn.ChannelShuffle`."""
    own = operation([12, 3, 2], {"type": "channel_shuffle", "groups": groups}, dtype=dtype)

    compare(
        own,
        torch,
        lambda x: torch.nn.functional.channel_shuffle(x, groups),
        [batch(3, 12, 3, 2, dtype=dtype)],
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_pixel_shuffle(factor: int, dtype: str, torch: Any) -> None:
    """Channels become pixels, and pixels channels, as by `torch.nn.PixelShuffle` and its inverse."""
    few, many = [2, 2 * factor, 3 * factor], [2 * factor**2, 2, 3]
    shuffle = operation(many, {"type": "pixel_shuffle", "factor": factor}, dtype=dtype)
    back = operation(few, {"type": "pixel_unshuffle", "factor": factor}, dtype=dtype)

    compare(shuffle, torch, torch.nn.PixelShuffle(factor), [batch(3, *many, dtype=dtype)])
    compare(back, torch, torch.nn.PixelUnshuffle(factor), [batch(3, *few, dtype=dtype)])

"""Buffers of whole numbers in PyTorch's own modules: what a file holds is what the module has."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize("window", [[7, 7], [4, 9]])
def test_swin_attention(torch: Any, torchvision: Any, fill: Callable[..., Any], window: list[int]) -> None:
    """Torchvision's attention in windows keeps the flat index; the file's has the same numbers."""
    swin = torchvision.models.swin_transformer.ShiftedWindowAttention
    fresh, filled = swin(24, window, [0, 0], 3), swin(24, window, [0, 0], 3)
    filled.relative_position_index.zero_()
    places = window[0] * window[1]
    rows = (2 * window[0] - 1) * (2 * window[1] - 1)
    index = {"scheme": "relative_position_index", "window": window}
    table = {"scheme": "trunc_normal", "std": 0.02, "low": -2, "high": 2}
    spec = {
        "layers": [
            {"name": "qkv", "type": "dense", "inputs": 24, "units": 72},
            {"name": "proj", "type": "dense", "inputs": 24, "units": 24},
            {"name": "relative_position_bias_table", "type": "param", "shape": [rows, 3], "init": table},
            {
                "name": "relative_position_index",
                "type": "param",
                "shape": [places**2],
                "dtype": "int64",
                "init": index,
            },
        ]
    }
    fill(filled, spec)

    assert torch.equal(fresh.relative_position_index, filled.relative_position_index)
    windows = torch.zeros(1, *window, 24)
    assert (1, *window, 24) == tuple(filled(windows).shape)


def test_position_ids(torch: Any, fill: Callable[..., Any]) -> None:
    """A module with buffers of every whole dtype loads them strictly."""
    module = torch.nn.Module()
    wanted = {
        "position_ids": torch.arange(77).expand((1, -1)).contiguous(),
        "offsets": torch.arange(-8, 8, 2, dtype=torch.int8).reshape(2, 4),
        "steps": torch.tensor(3, dtype=torch.int32),
        "levels": torch.arange(200, 256, dtype=torch.uint8),
        "mask": torch.ones(5, dtype=torch.bool),
    }
    for name, value in wanted.items():
        module.register_buffer(name, torch.zeros_like(value))
    inits = ["arange", {"scheme": "arange", "start": -8, "step": 2}, {"scheme": "constant", "value": 3}]
    inits += [{"scheme": "arange", "start": 200}, "ones"]
    layers = [
        {
            "name": name,
            "type": "param",
            "shape": list(value.shape),
            "dtype": str(value.dtype).removeprefix("torch."),
            "init": init,
        }
        for (name, value), init in zip(wanted.items(), inits, strict=True)
    ]
    fill(module, {"dtype": "bfloat16", "layers": layers})

    assert [True] * 5 == [torch.equal(value, getattr(module, name)) for name, value in wanted.items()]

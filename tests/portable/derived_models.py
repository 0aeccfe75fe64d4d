"""Models whose values follow from positions or from other values, and buffers of whole numbers."""

from __future__ import annotations

from tests.portable.models import Spec

SINUSOIDS: Spec = {
    "input": [7, 10],
    "layers": [
        {"name": "pe", "type": "sinusoidal_embedding", "shape": [1, 1300, 10]},
        {
            "name": "p",
            "type": "positional_embedding",
            "count": 257,
            "dim": 10,
            "init": {"scheme": "sinusoidal", "order": "halves"},
        },
    ],
}
"""Sinusoids over more than one block of small blocks."""

NORMED: Spec = {
    "layers": [
        {
            "name": "w",
            "type": "conv2d",
            "inputs": 7,
            "filters": 13,
            "kernel_size": 3,
            "kernel_norm": "weight_norm",
        },
        {
            "name": "s",
            "type": "conv1d",
            "inputs": 41,
            "filters": 67,
            "kernel_size": 5,
            "kernel_norm": "spectral_norm",
        },
        {"name": "t", "type": "dense", "inputs": 400, "units": 90, "kernel_norm": "spectral_norm"},
        {
            "name": "o",
            "type": "dense",
            "inputs": 23,
            "units": 31,
            "init": "orthogonal",
            "kernel_norm": "weight_norm",
        },
    ]
}
"""Kernels with their lengths, and with their leading singular vectors."""

RANDOM: Spec = {
    "layers": [
        {
            "name": dtype,
            "type": "param",
            "shape": [13, 61],
            "dtype": dtype,
            "init": {"scheme": "integers", "low": low, "high": high},
        }
        for dtype, low, high in (
            ("int64", 1 - 2**53, 2**53),
            ("int32", -(2**31), 2**31),
            ("int16", -300, 1000),
            ("int8", -128, 128),
            ("uint64", 5, 2**40),
            ("uint32", 0, 2**32),
            ("uint16", 0, 2**16),
            ("uint8", 0, 3),
            ("bool", 0, 2),
        )
    ]
}
"""Random whole numbers in every format of them."""

BUFFERS: Spec = {
    "layers": [
        {"name": "ids", "type": "param", "shape": [1, 77], "dtype": "int64", "init": "arange"},
        {
            "name": "steps",
            "type": "param",
            "shape": [3, 5],
            "dtype": "int32",
            "init": {"scheme": "arange", "step": -9},
        },
        {
            "name": "index",
            "type": "param",
            "shape": [6, 6],
            "dtype": "int8",
            "init": {"scheme": "relative_position_index", "window": [2, 3]},
        },
        {
            "name": "levels",
            "type": "param",
            "shape": [7],
            "dtype": "uint8",
            "init": {"scheme": "constant", "value": 255},
        },
        {"name": "mask", "type": "param", "shape": [2, 2], "dtype": "bool", "init": "ones"},
    ]
}
"""Buffers of whole numbers, which no other model has."""

LARGE = {"large-sinusoids": SINUSOIDS, "large-normed": NORMED}
"""By the names of their hashes."""

"""A layer with windows as an operation, and random such layers."""

from __future__ import annotations

import random
from typing import Any

from winitgen import SpecError, load
from winitgen.numeric.workers import Workers
from winitgen.probing.operations import OPERATIONS
from winitgen.probing.operations.operation import Operation
from winitgen.probing.weights import DrawnWeights

BIAS = {"bias_init": {"scheme": "normal", "mean": 0.2, "std": 0.5}}
"""Random biases, so that leaving one out is noticed."""

UNUSED = {"name": "unused", "type": "param", "shape": [1], "init": "ones"}
"""A parameter outside all layers, because a model without parameters is refused."""


def windowed(
    layer: dict[str, Any], sample: list[int], *, dtype: str = "float64", threads: int = 1, seed: int = 0
) -> Operation:
    """Return the operation of a layer with the input shape ``sample``."""
    spec = {"input": sample, "seed": seed, "defaults": BIAS, "layers": [layer, UNUSED]}
    planned, workers = load.plan(spec).layers[0], Workers(threads)
    return OPERATIONS[planned.layer.type](
        planned.layer, DrawnWeights(planned.parameters, dtype, workers), workers
    )


def layers(kind: str, most: int, seed: int, count: int) -> list[tuple[dict[str, Any], list[int]]]:
    """Return random valid layers, each with its input shape.

    ``kind`` is a type with {} for the number of axes, which is at most ``most``.
    """
    draw = random.Random(seed)  # noqa: S311 - shapes, not secrets
    found: list[tuple[dict[str, Any], list[int]]] = []
    while len(found) < count:
        rank = draw.randint(1, most)
        layer, channels = _layer(kind.format(rank), rank, draw)
        sample = [channels, *(draw.randint(1, 9) for _ in range(rank))]
        try:
            windowed(layer, sample)
        except SpecError:
            continue
        found.append((layer, sample))
    return found


def _layer(kind: str, rank: int, draw: random.Random) -> tuple[dict[str, Any], int]:
    """Return a layer, and a number of channels that its groups divide."""

    def numbers(low: int, high: int) -> list[int]:
        return [draw.randint(low, high) for _ in range(rank)]

    layer: dict[str, Any] = {"type": kind, "strides": numbers(1, 3)}
    layer["padding"] = draw.choice(["valid", "same", numbers(0, 2), draw.randint(0, 2)])
    if "pool" in kind:
        layer["pool_size"] = numbers(1, 4)
        if not isinstance(layer["padding"], str):  # half a window at most, as in PyTorch
            layer["padding"] = [draw.randint(0, size // 2) for size in layer["pool_size"]]
        return layer, draw.randint(1, 4)
    layer |= {"kernel_size": numbers(1, 4), "dilation": numbers(1, 2), "use_bias": draw.random() < 0.8}
    if "depthwise" in kind or "separable" in kind:
        layer["depth_multiplier"] = draw.randint(1, 3)
        return layer | ({"filters": 5} if "separable" in kind else {}), draw.randint(1, 4)
    layer["groups"] = draw.randint(1, 3)
    if "transpose" in kind and draw.random() < 0.5:
        layer["output_padding"] = numbers(0, 1)
    return {**layer, "filters": layer["groups"] * draw.randint(1, 4)}, layer["groups"] * draw.randint(1, 3)

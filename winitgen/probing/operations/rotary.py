"""Rotary positions: queries and keys turned by angles that grow with their position."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array


def turned(array: Array, width: int, base: float | None, direction: int = 1) -> Array:
    """Return (samples, positions, heads * width) turned by the angles of ``base``; unchanged if it is None.

    In each head, the features i and i + width / 2 at position t are turned by t base^(-2 i / width) (Su et al.
    2021, equation 15). A ``direction`` of -1 turns back, as a gradient is.
    """
    if base is None:
        return array
    half, positions = width // 2, array.shape[1]
    angles = np.arange(positions)[:, None] * base ** (-np.arange(half) / half)
    cosine, sine = (
        wave[:, None].astype(array.dtype) for wave in (np.cos(angles), np.sin(direction * angles))
    )
    split = array.reshape(*array.shape[:2], -1, 2, half)
    first, second = split[..., 0, :], split[..., 1, :]
    out = np.empty_like(split)
    np.subtract(first * cosine, second * sine, out=out[..., 0, :])
    np.add(second * cosine, first * sine, out=out[..., 1, :])
    return out.reshape(array.shape)

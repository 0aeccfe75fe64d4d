"""Samples as libraries draw them, each step in its own words: from NumPy's random bits, with ml_dtypes' and SciPy's arithmetic."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
from scipy import special

BF16 = np.dtype(ml_dtypes.bfloat16)


def jax_uniform(rng: np.random.Generator, size: int, low: float, high: float) -> Any:
    """Draw bfloat16 numbers from 7 random bits."""
    steps = (rng.integers(0, 128, size) / 128).astype(BF16)
    return steps * (BF16.type(high) - BF16.type(low)) + BF16.type(low)


def jax_normal(rng: np.random.Generator, size: int, std: float) -> Any:
    """Draw bfloat16 normals: the lowest of the 128 uniform numbers is the one next to -1."""
    uniform = jax_uniform(rng, size, -0.99609375, 1.0)
    return _erfinv(uniform) * BF16.type(2**0.5) * BF16.type(std)


def jax_truncated(rng: np.random.Generator, size: int, std: float) -> Any:
    """Draw bfloat16 normals that are cut at two deviations."""
    end = special.erf(np.float32(BF16.type(2) / BF16.type(2**0.5)))
    values = _erfinv(jax_uniform(rng, size, -end, end)) * BF16.type(2**0.5)
    return np.clip(values.astype(np.float32), -1.9921875, 1.9921875).astype(BF16) * BF16.type(std)


def torch_uniform(rng: np.random.Generator, size: int, low: float, high: float) -> Any:
    """Draw bfloat16 numbers: what is rounded to the upper end becomes the lower end."""
    values = (rng.random(size, np.float32) * np.float32(high - low) + np.float32(low)).astype(BF16)
    return np.where(values == BF16.type(high), BF16.type(low), values)


def timm_normal(rng: np.random.Generator, size: int, std: float, end: float = -2.0) -> Any:
    """Draw bfloat16 numbers as timm does by default: the lower end of a uniform draw becomes -2."""
    values = _erfinv(torch_uniform(rng, size, -1.0, 1.0))
    scaled = (values.astype(np.float32) * np.float32(std * 2**0.5)).astype(BF16)
    return np.where(np.isinf(scaled), BF16.type(end), scaled)


def mlx_normal(rng: np.random.Generator, size: int, std: float) -> Any:
    """Draw bfloat16 numbers, multiplied by a rounded scale."""
    half = (rng.standard_normal(size) / 2**0.5).astype(BF16)
    return half * (BF16.type(std) * BF16.type(2**0.5))


def keras_truncated(rng: np.random.Generator, size: int, std: float) -> Any:
    """Draw float32 numbers: the first of four normals within two deviations, or the first if none is."""
    values = rng.standard_normal((size, 4)).astype(np.float32)
    chosen = (np.abs(values) < 2).argmax(axis=1)
    return values[np.arange(size), chosen] * np.float32(std)


def _erfinv(values: Any) -> Any:
    return special.erfinv(values.astype(np.float32)).astype(BF16)

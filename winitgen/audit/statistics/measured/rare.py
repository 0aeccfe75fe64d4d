"""A law with a few values of another kind: some that leak past a cut, or a lump far away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.by_pytorch import CUT
from winitgen.audit.statistics.sample import CELLED
from winitgen.numeric.arrays import Array

_LUMP = 2.0**-24
"""Share of the lowest number of a uniform float32 draw in [-1, 1)."""


class Rare(NamedTuple):
    """Values of ``law``, but for a ``share`` that lies at ``lump``, or beyond the law's bounds if that is None."""

    law: Law
    share: float
    lump: float | None = None

    def nodes(self) -> tuple[Array, Array]:
        """Return values in standard deviations of the law from its mean, shape (panels, points), and their weights."""
        own, rare = self.law.nodes(), self._rare_nodes()
        return (
            np.concatenate([own[0], rare[0]]),
            np.concatenate([own[1] * (1.0 - self.share), rare[1] * self.share]),
        )

    def cdf(self, values: Array) -> Array:
        """Return the probability of a value at or below each of ``values``."""
        if self.lump is not None:
            rare = np.where(values >= self.lump, 1.0, 0.0)
        else:
            y = (values - self.law.centre) / self.law.scale
            lower, upper = (_TAIL.cdf(one) for one in (-np.minimum(y, -CUT), np.maximum(y, CUT)))
            rare = (1.0 - lower) / 2 + upper / 2
        return np.asarray((1.0 - self.share) * self.law.cdf(values) + self.share * rare)

    def _rare_nodes(self) -> tuple[Array, Array]:
        points = self.law.nodes()[0].shape[1]
        if self.lump is not None:
            place = (self.lump - self.law.mean) / self.law.std
            return np.full((1, points), place), np.full((1, points), 1.0 / points)
        y, weights = _TAIL.nodes()
        far = (y * _TAIL.std + _TAIL.mean) * self.law.scale
        shift = self.law.centre - self.law.mean
        values = np.concatenate([(shift - far) / self.law.std, (shift + far) / self.law.std])
        return values, np.concatenate([weights, weights]) / 2


_TAIL = Law("truncated_normal", 0.0, 1.0, CUT, math.inf)
"""The law of a standard normal beyond the cut, on one side."""


def keras_leak(law: Law, _: np.dtype[Any]) -> Iterator[Rare]:
    """Yield the law of Keras's truncated normal on PyTorch: the first of four normals if none is within the cut."""
    if (law.low, law.high) == (-CUT, CUT):
        yield Rare(law, math.erfc(CUT / math.sqrt(2.0)) ** 4)


def timm_lump(law: Law, _: np.dtype[Any]) -> Iterator[Rare]:
    """Yield the law of timm's truncated normal, where the end -1 of a uniform draw becomes the lower cut, if that is far away."""
    lump = law.bounds[0] if math.isfinite(law.low) else -CUT
    if lump < law.mean - CELLED * law.std:
        yield Rare(law, _LUMP, lump)

"""How TensorFlow draws in formats of two bytes: uniforms as JAX does, normals in float32, the scale in the format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.masses import Masses, ideal, one


def scaled(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a standard normal, truncated or not, that is rounded and then multiplied in the format."""
    standard = ideal(Law(law.kind, 0.0, 1.0, law.low, law.high), dtype)
    yield standard.times(one(law.scale, dtype), dtype).plus(one(law.centre, dtype), dtype)

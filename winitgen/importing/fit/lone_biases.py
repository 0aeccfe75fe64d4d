"""Biases of one value: it says nothing about its law, but the other biases of the model do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.choosing import Offer
from winitgen.importing.fit.deterministic import Known
from winitgen.importing.fit.formulas import Surroundings, kernel_of
from winitgen.importing.fit.looking import Look
from winitgen.importing.fit.roles import Role
from winitgen.importing.fit.round_numbers import digits_of
from winitgen.importing.found import FoundTensor

WRITTEN_BY_HAND = 4
"""Digits that a constant may have to be one that somebody wrote."""


def lone_biases(
    arrays: Mapping[str, StoredArray],
    looks: Sequence[Look],
    laws: Mapping[str, tuple[Offer, Role] | str],
    around: Surroundings,
) -> dict[str, FoundTensor]:
    """Return biases of one value with the law of PyTorch, if other biases have it and their value is within it."""
    by_default = {
        name
        for name, law in laws.items()
        if not isinstance(law, str) and law[0].text.startswith("1/sqrt(fan_in) of its kernel")
    }
    if not by_default:
        return {}
    found = {}
    for (name, array), look in zip(arrays.items(), looks, strict=True):
        kernel = kernel_of(name, around)
        if array.size != 1 or not kernel or not isinstance(look, Known) or isinstance(look.init, str):
            continue
        value, limit = float(look.init["value"]), 1 / math.sqrt(math.prod(kernel[1:]))
        if abs(value) <= limit and digits_of(value) > WRITTEN_BY_HAND:
            init = {"scheme": "uniform", "low": -limit, "high": limit}
            text = f"one value, {value:g}; as of the other biases: 1/sqrt(fan_in) of its kernel"
            found[name] = FoundTensor(name, array.shape, array.dtype, init, text)
    return found

"""The tensors that Keras's own file has no place for, because no layer of Keras has them: left out, and named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from winitgen.files.formats.format import Drawable
from winitgen.numeric.dtypes import DTYPES

_MOST_NAMED = 5

Tensor = TypeVar("Tensor", bound=Drawable)


def is_unknown(dtype: str) -> bool:
    """Tell whether Keras does not know a number format that winitgen draws: those of 8 bits with an exponent."""
    return dtype in DTYPES and DTYPES[dtype].stored_as == "uint8"


def left_out(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return the tensors that are not written; none if no tensor has a place, which is refused.

    A tensor of a number format that Keras does not know is not left out but refused.
    """
    without = [one for one in tensors if not one.keras_path and not is_unknown(one.dtype)]
    return without if len(without) < len(tensors) else []


def note(tensors: Sequence[Drawable]) -> str:
    """Return a line for the user about tensors that are left out."""
    names = [tensor.name for tensor in tensors[:_MOST_NAMED]]
    more = f" and {len(tensors) - _MOST_NAMED:,} more" if len(tensors) > _MOST_NAMED else ""
    them = "it" if len(tensors) == 1 else "them"
    return f"left out of Keras's file, since no layer of Keras has {them}: {', '.join(names)}{more}"

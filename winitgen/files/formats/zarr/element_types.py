"""The number formats of zarr, as its two formats name them, and which of them TensorStore reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.input.numpy_formats import numpy_dtype, unread
from winitgen.files.input.open_file import quoted

if TYPE_CHECKING:
    import numpy as np

_PLAIN = frozenset(
    {
        "bool",
        *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
        *("float16", "float32", "float64", "complex64", "complex128"),
    }
)
_OTHERS = frozenset(
    {
        *("bfloat16", "int2", "int4", "float4_e2m1fn", "float8_e3m4", "float8_e4m3fn", "float8_e4m3fnuz"),
        *("float8_e4m3b11fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"),
    }
)
"""Formats of ml_dtypes that TensorStore has; in both formats of zarr they are called so."""

_LONGEST = 100
_STATED = re.compile(r"[<>|][A-Za-z][0-9]{0,6}(\[[0-9]{0,6}[A-Za-z]{1,2}\])?")
"""Of the texts that NumPy takes only those of one number format: it evaluates some of the others."""


class ZarrElement(NamedTuple):
    """A number format: its name, the same in NumPy or ml_dtypes, None if the values are not read, and ``why`` not."""

    name: str
    dtype: np.dtype[Any] | None
    why: str


def of_second(stated: Any) -> ZarrElement:
    """Return the number format that a ``.zarray`` states: NumPy's text of one, or a list of fields."""
    import numpy as np

    if isinstance(stated, list):
        return ZarrElement("record", None, "its values are records, which are not divided into numbers")
    text = str(stated)[:_LONGEST]
    if text in _OTHERS:
        return _known(text)
    try:
        dtype = np.dtype(text) if _STATED.fullmatch(text) else None
    except (TypeError, ValueError):
        dtype = None
    if dtype is None or (dtype.kind in "iufc" and dtype.name not in _PLAIN):
        return ZarrElement(text, None, f"its number format, {quoted(text)}, is none that TensorStore reads")
    if dtype.name in _PLAIN:
        return _known(dtype.name)
    return ZarrElement(dtype.name, None, unread(dtype))


def of_third(stated: Any) -> ZarrElement:
    """Return the number format that a ``zarr.json`` states: a name, or an object with one."""
    named = stated.get("name") if isinstance(stated, dict) else stated
    text = str(named)[:_LONGEST]
    if isinstance(stated, str) and text in _PLAIN | _OTHERS:
        return _known(text)
    if text in {"string", "fixed_length_utf32", "null_terminated_bytes"}:
        return ZarrElement(text, None, "its values are text, not numbers")
    if text in {"numpy.datetime64", "numpy.timedelta64"}:
        return ZarrElement(text, None, "its values are dates or times, not numbers")
    return ZarrElement(text, None, f"its number format, {quoted(text)}, is none that TensorStore reads")


def is_of_tensorstore(element: ZarrElement) -> bool:
    """Tell whether TensorStore reads values of a number format, and the package zarr refuses their array: it has none of ml_dtypes."""
    return element.dtype is not None and element.name in _OTHERS


def _known(name: str) -> ZarrElement:
    dtype = numpy_dtype(name)
    if dtype is None:  # an older ml_dtypes
        return ZarrElement(name, None, f"NumPy has no number format for {name}")
    return ZarrElement(name, dtype, "")

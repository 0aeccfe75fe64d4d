"""What a file says about how its values came about, and what follows from it for number formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.errors import WinitgenError
from winitgen.files.input.open_file import StoredArray, numpy_dtype

if TYPE_CHECKING:
    import numpy as np

    from winitgen.audit.verify.names import Pair
    from winitgen.files.input.open_file import OpenFile

LONGEST_RECIPE = 10_000_000
"""Bytes of a recipe that are looked at: a layer-spec is far shorter."""


def origin_of(text: str | None) -> dict[str, Any] | None:
    """Return what winitgen's recipe says, or None where there is none, or no sound one.

    ``recipe`` is ``whole``, or ``hash`` where the file had no room for more than the recipe's SHA-256;
    then all but ``sha256`` is None. ``spec`` is the canonical layer-spec.
    """
    found = _parsed(text)
    sha256 = found.get("sha256")
    keys = ("model", "seed", "dtype", "layout", "stream", "sha256", "spec")
    origin = {"recipe": "whole", **dict.fromkeys(keys)}
    if isinstance(sha256, str):
        return {**origin, "recipe": "hash", "sha256": sha256}
    spec = found.get("spec")
    sound = isinstance(spec, dict) and all(type(found.get(key)) is int for key in ("seed", "stream"))
    if not sound or not all(isinstance(found.get(key), str) for key in ("dtype", "layout")):
        return None
    known = {key: found[key] for key in ("seed", "dtype", "layout", "stream", "spec")}
    model = spec.get("model") if isinstance(spec, dict) else None
    return {**origin, **known, "model": model if isinstance(model, str) else None}


def _parsed(text: str | None) -> dict[str, Any]:
    import json

    if text is None or len(text) > LONGEST_RECIPE:
        return {}
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refuse(constant: str) -> None:
    """Refuse NaN and infinities, which are no JSON."""
    raise ValueError(constant)


def true_arrays(weights: OpenFile, origin: dict[str, Any] | None) -> Sequence[StoredArray]:
    """Return the arrays of a file in their own number formats.

    An ``.npz`` has no name for bfloat16 and float8, and holds their bits as whole numbers; which arrays
    these are is known from the recipe, where the file has the whole of it.
    """
    arrays = weights.tensors
    if weights.format != "npz" or origin is None or origin["recipe"] != "whole":
        return arrays
    if not any(array.dtype in {"uint8", "uint16"} for array in arrays):
        return arrays
    tensors = {id(pair.stored): pair.tensor for pair in planned_pairs(weights)}
    return [
        _seen_as(array, tensors[id(array)].dtype, tensors[id(array)].shape) if id(array) in tensors else array
        for array in arrays
    ]


def planned_pairs(weights: OpenFile) -> Sequence[Pair]:
    """Return the arrays that the file's own recipe draws with their tensors; none if there is no sound one."""
    from winitgen.audit.verify.names import match
    from winitgen.audit.verify.recipe import plan_of
    from winitgen.layouts import tensors

    try:
        return match(weights, tensors(plan_of(weights))).pairs
    except WinitgenError:
        return ()


def _seen_as(array: StoredArray, dtype: str, shape: tuple[int, ...]) -> StoredArray:
    """Return an array of bits as one of the numbers that they are, if the recipe says so."""
    from winitgen.numeric.dtypes import DTYPES

    row = DTYPES.get(dtype)
    if row is None or row.stored_as != array.dtype or shape != array.shape:
        return array
    found = numpy_dtype(dtype)
    assert found is not None  # ml_dtypes has every format that a spec can ask for
    read = _viewed(array, found)
    return StoredArray(
        array.name, dtype, shape, array.nbytes, read, offset=array.offset, forward=array.forward
    )


def _viewed(array: StoredArray, dtype: np.dtype[Any]) -> Callable[[int, int], np.ndarray[Any, Any]]:
    def read(start: int, count: int) -> np.ndarray[Any, Any]:
        return array.read(start, count).view(dtype)

    return read

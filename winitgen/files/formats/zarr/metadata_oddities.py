"""Which number formats, fill values and shards the metadata of an array of zarr state that TensorStore takes and zarr refuses.

Measured with zarr 3.1.6 and TensorStore 0.1.86.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.formats.zarr.chunk_coding import Codec
from winitgen.files.input.open_file import quoted

if TYPE_CHECKING:
    import numpy as np

_NOT_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})


def oddity_of_element(found: Mapping[str, Any], dtype: np.dtype[Any] | None, version: int) -> str:
    """Return what of the number format or the fill value zarr refuses, while TensorStore takes it; empty if nothing is."""
    import numpy as np

    if dtype is None:
        return ""
    key = ""
    stated = found["dtype"] if version == 2 else ""
    if stated[:1] in {"<", ">", "|"} and np.dtype(stated).str != stated:
        key = "dtype"
    elif _is_odd(found.get("fill_value"), dtype, version):
        key = "fill_value"
    return key and f"has a value of {quoted(key)} that the format has not"


def oddity_of_shards(levels: Sequence[Sequence[Codec]], grids: Sequence[Sequence[int]]) -> str:
    """Return that a shard is divided only once it is transposed, for which zarr does not look; empty if none is."""
    for level, outer, inner in zip(levels[:-1], grids[:-1], grids[1:], strict=True):
        names = [name for name, _ in level]
        transposed = "transpose" in names[: names.index("sharding_indexed")]
        if transposed and any(size % part for size, part in zip(outer, inner, strict=True)):
            return f"transposes shards of the shape {[*outer]}, which chunks of {[*inner]} divide only then"
    return ""


def _is_odd(fill: Any, dtype: np.dtype[Any], version: int) -> bool:
    """Tell whether a fill value has a text of a number that TensorStore takes, and zarr does not.

    In the third format the bits of a number are a text of so many digits; in the second TensorStore takes such a text, too, but as
    a number, and other texts of numbers as parts of a complex one.
    """
    parts = fill if isinstance(fill, list) else [fill]
    texts = [one for one in parts if isinstance(one, str)]
    if version == 3:
        length = 2 + 2 * dtype.itemsize // len(parts or [fill])
        return any(one.startswith("0x") and len(one) != length for one in texts)
    if dtype.kind not in "fc":
        return False
    return any("x" in one.lower() or (one is not fill and one not in _NOT_NUMBERS) for one in texts)

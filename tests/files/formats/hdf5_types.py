"""Number formats of HDF5, usual and odd: whatever the library can describe, h5py converts, reads, or refuses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from h5py import h5t

Named = tuple[str, Any]
ORDERS = {"LE": h5t.ORDER_LE, "BE": h5t.ORDER_BE}


def integers() -> Iterator[Named]:
    """Yield whole numbers of every size, sign and order, with fewer bits, elsewhere, and with padding of ones."""
    for size, sign, order in product((1, 2, 4, 8), "IU", ORDERS):
        whole = getattr(h5t, f"STD_{sign}{8 * size}{order}")
        name = f"{sign}{8 * size}{order}"
        yield name, whole
        for bits, offset in ((8 * size - 3, 0), (8 * size - 3, 2), (8 * size - 1, 1)):
            for pad in (h5t.PAD_ZERO, h5t.PAD_ONE):
                kind = whole.copy()
                kind.set_precision(bits)
                kind.set_offset(offset)
                kind.set_pad(pad, pad)
                yield f"{name} {bits} at {offset} {pad}", kind
    for size in (3, 5):
        kind = h5t.STD_I64LE.copy()
        kind.set_precision(8 * size)
        kind.set_size(size)
        yield f"{size} bytes", kind


def _narrow(fields: tuple[int, ...], size: int, bias: int) -> Any:
    kind = h5t.IEEE_F32LE.copy()
    kind.set_fields(*fields)
    kind.set_size(size)
    kind.set_ebias(bias)
    return kind


def whole_floats() -> dict[str, Any]:
    """Return IEEE 754's formats, and bfloat16, little-endian."""
    return {
        "f2": h5t.IEEE_F16LE,
        "f4": h5t.IEEE_F32LE,
        "f8": h5t.IEEE_F64LE,
        "bf2": _narrow((15, 7, 8, 0, 7), 2, 127),
    }


def floats() -> Iterator[Named]:
    """Yield floats in either order, and with one thing about each otherwise."""
    for (name, whole), order in product(whole_floats().items(), ORDERS):
        sign, exponent, bits, mantissa, rest = whole.get_fields()
        for change in (
            "",
            "bias",
            "high bias",
            "none",
            "msbset",
            "ones",
            "in",
            "narrow",
            "shifted",
            "swapped",
        ):
            kind = whole.copy()
            kind.set_order(ORDERS[order])
            match change:
                case "bias":
                    kind.set_ebias(kind.get_ebias() - 3)
                case "high bias":
                    kind.set_ebias(kind.get_ebias() + 2)
                case "none":
                    kind.set_norm(h5t.NORM_NONE)
                case "msbset":
                    kind.set_norm(h5t.NORM_MSBSET)
                case "ones":
                    kind.set_pad(h5t.PAD_ONE, h5t.PAD_ONE)
                case "in":
                    kind.set_inpad(h5t.PAD_ONE)
                case "narrow":
                    kind.set_fields(sign - 1, exponent - 1, bits, mantissa, rest - 1)
                    kind.set_precision(8 * kind.get_size() - 1)
                case "shifted":
                    kind.set_fields(sign, exponent, bits, mantissa + 1, rest - 1)
                case "swapped":
                    kind.set_fields(rest + bits, rest, bits, 0, rest)
                    kind.set_fields(0, exponent + 1, bits, 1, rest)
            yield f"{name}{order} {change}", kind
    yield "three bytes", _narrow((23, 15, 8, 0, 15), 3, 127)
    yield "e4m3", _narrow((7, 3, 4, 0, 3), 1, 7)
    yield "e5m2", _narrow((7, 2, 5, 0, 2), 1, 15)
    yield "e5m10 of bfloat16's size", _narrow((15, 10, 5, 0, 10), 2, 15)
    yield "e6m9", _narrow((15, 9, 6, 0, 9), 2, 31)


def _enum(base: Any, **members: int) -> Any:
    kind = h5t.enum_create(base)
    for name, value in members.items():
        kind.enum_insert(name.encode(), value)
    return kind


def enums() -> Iterator[Named]:
    """Yield enumerations, among them h5py's booleans and what looks like them."""
    for sign, size, order in product("IU", (8, 16, 32), ORDERS):
        base = getattr(h5t, f"STD_{sign}{size}{order}")
        name = f"of {sign}{size}{order}"
        yield f"bools {name}", _enum(base, FALSE=0, TRUE=1)
        yield f"turned bools {name}", _enum(base, FALSE=1, TRUE=0)
        yield f"names {name}", _enum(base, A=0, B=1, C=7)
    odd = h5t.STD_I16LE.copy()
    odd.set_precision(12)
    yield "odd names", _enum(odd, A=0, B=1, C=7)


def _compound(size: int, *members: tuple[str, int, Any]) -> Any:
    kind = h5t.create(h5t.COMPOUND, size)
    for name, offset, member in members:
        kind.insert(name.encode(), offset, member)
    return kind


def compounds() -> Iterator[Named]:
    """Yield pairs of a real and an imaginary part, as h5py has them and otherwise, and records."""
    parts = [
        *(
            (name, kind)
            for name, kind in floats()
            if kind.get_size() in {4, 8} or not name.endswith("swapped")
        )
    ]
    for name, part in parts:
        size = part.get_size()
        yield f"r, i of {name}", _compound(2 * size, ("r", 0, part), ("i", size, part))
    for name, part in whole_floats().items():
        size = part.get_size()
        yield f"padded {name}", _compound(3 * size, ("r", 0, part), ("i", 2 * size, part))
        yield f"wide {name}", _compound(3 * size, ("r", 0, part), ("i", size, part))
        yield f"late {name}", _compound(3 * size, ("r", size, part), ("i", 2 * size, part))
        yield f"r behind i {name}", _compound(2 * size, ("r", size, part), ("i", 0, part))
        yield f"i, r {name}", _compound(2 * size, ("i", 0, part), ("r", size, part))
        yield f"re, im {name}", _compound(2 * size, ("re", 0, part), ("im", size, part))
        yield f"one {name}", _compound(size, ("r", 0, part))
    yield "mixed", _compound(12, ("r", 0, h5t.IEEE_F32LE), ("i", 4, h5t.IEEE_F64LE))
    yield "orders", _compound(8, ("r", 0, h5t.IEEE_F32LE), ("i", 4, h5t.IEEE_F32BE))
    yield "whole parts", _compound(8, ("r", 0, h5t.STD_I32LE), ("i", 4, h5t.STD_I32LE))
    yield "time inside", _compound(4, ("t", 0, h5t.UNIX_D32LE))
    for name in ("F16", "F32", "F64"):
        for order in ORDERS:
            if kind := getattr(h5t, f"COMPLEX_IEEE_{name}{order}", None):
                yield f"native {name}{order}", kind


def _opaque(size: int, tag: str) -> Any:
    kind = h5t.create(h5t.OPAQUE, size)
    kind.set_tag(tag.encode())
    return kind


def others() -> Iterator[Named]:
    """Yield what is no number, or a number in another dress."""
    for name, part in whole_floats().items():
        yield f"array of {name}", h5t.array_create(part, (2,))
        yield f"array of one {name}", h5t.array_create(part, (1,))
    for tag in ("", "seven", "NUMPY:<f4", "NUMPY:>f4", "NUMPY:<i4", "NUMPY:zzz", "NUMPY:M8[s]", "NUMPY:<f8"):
        yield f"opaque {tag}", _opaque(4, tag)
    for size in (8, 16, 32, 64):
        for order in ORDERS:
            yield f"bits {size}{order}", getattr(h5t, f"STD_B{size}{order}")
    for kind in ("UNIX_D32LE", "UNIX_D64LE", "UNIX_D32BE", "C_S1", "FORTRAN_S1"):
        yield kind, getattr(h5t, kind)


def number_formats() -> list[Named]:
    """Return all of them."""
    return [*integers(), *floats(), *enums(), *compounds(), *others()]

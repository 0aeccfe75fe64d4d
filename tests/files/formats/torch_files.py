"""Files as ``torch.save`` writes them, made without PyTorch: pickles from plain values, in a zip or in a row."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Name:
    """A function or a class, by its module and its name."""

    def __init__(self, name: str) -> None:
        self.name = name


class Call:
    """A call of a function, and what is set of its result: its state, and its entries."""

    def __init__(
        self, name: str, *args: Any, state: Any = None, entries: Mapping[Any, Any] | None = None
    ) -> None:
        self.name, self.args, self.state, self.entries = name, args, state, entries


class New(Call):
    """An object that is made without setting it up, and gets a state and entries."""


class Kept(NamedTuple):
    """What is kept beside a pickle, by its id."""

    id: Any


class Twice(NamedTuple):
    """A dictionary with one key twice."""

    key: Any
    values: tuple[Any, Any]


def _encoded(value: Any) -> bytes:
    return _ENCODERS[type(value)](value)


def _entries(value: Mapping[Any, Any]) -> bytes:
    return b"(" + b"".join(_encoded(key) + _encoded(one) for key, one in value.items()) + b"u"


def _joined(values: Any) -> bytes:
    return b"".join(map(_encoded, values))


def _name(value: Name) -> bytes:
    module, _, name = value.name.rpartition(".")
    return f"c{module}\n{name}\n".encode()


def _call(value: Call) -> bytes:
    made = _encoded(Name(value.name)) + _encoded(value.args) + (b"\x81" if isinstance(value, New) else b"R")
    if value.entries is not None:
        made += _entries(value.entries)
    return made if value.state is None else made + _encoded(value.state) + b"b"


_ENCODERS: Mapping[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"N",
    bool: lambda value: b"\x88" if value else b"\x89",
    int: lambda value: b"\x8a\x09" + value.to_bytes(9, "little", signed=True),
    float: lambda value: b"G" + struct.pack(">d", value),
    str: lambda value: b"X" + struct.pack("<I", len(value.encode())) + value.encode(),
    tuple: lambda value: b"(" + _joined(value) + b"t",
    list: lambda value: b"](" + _joined(value) + b"e",
    dict: lambda value: b"}" + _entries(value),
    Name: _name,
    Call: _call,
    New: _call,
    Kept: lambda value: _encoded(value.id) + b"Q",
    Twice: lambda value: b"}(" + _joined([value.key, value.values[0], value.key, value.values[1]]) + b"u",
}


def pickled(value: Any) -> bytes:
    """Return a pickle of protocol 2."""
    return b"\x80\x02" + _encoded(value) + b"."


def doubled(levels: int) -> bytes:
    """Return a pickle of a list that stands twice in another, and that twice in a third, and so on."""
    made = (b"](h" + bytes([n]) + b"h" + bytes([n]) + b"eq" + bytes([n + 1]) for n in range(levels))
    return b"\x80\x02]q\x00" + b"".join(made) + b"."


def storage(key: str, values: int, kind: str = "torch.FloatStorage", *view: Any) -> Kept:
    """Return a storage of a number of values."""
    return Kept(("storage", Name(kind), key, "cpu", values, *view))


def tensor(
    stored: Kept, shape: Sequence[int], strides: Sequence[int], offset: int = 0, *metadata: Any
) -> Call:
    """Return a tensor that is a view of a storage."""
    hooks = Call("collections.OrderedDict")
    return Call(
        "torch._utils._rebuild_tensor_v2",
        stored,
        offset,
        tuple(shape),
        tuple(strides),
        False,
        hooks,
        *metadata,
    )


def zipped(
    value: Any,
    storages: Mapping[str, bytes],
    *,
    compression: int = zipfile.ZIP_STORED,
    **members: bytes | None,
) -> bytes:
    """Return a file as ``torch.save`` writes it; ``members`` replaces members, or with None leaves them out."""
    content: dict[str, bytes | None] = {
        "data.pkl": value if isinstance(value, bytes) else pickled(value),
        "byteorder": b"little",
        **{f"data/{key}": found for key, found in storages.items()},
        "version": b"3\n",
        **members,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, found in content.items():
            if found is not None:
                archive.writestr(f"archive/{name}", found)
    return file.getvalue()


def _with_views(value: Any) -> Any:
    """Return a value whose storages have a view in their ids, or None for it."""
    if isinstance(value, Kept):
        return Kept((*value.id, None)) if len(value.id) == 5 else value
    if isinstance(value, list | tuple) and not isinstance(value, Twice):
        return type(value)(map(_with_views, value))
    if isinstance(value, dict):
        return {key: _with_views(one) for key, one in value.items()}
    if isinstance(value, Call):
        entries = None if value.entries is None else _with_views(value.entries)
        return Call(value.name, *_with_views(value.args), state=_with_views(value.state), entries=entries)
    return value


NUMBER = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."


def streamed(
    value: Any, storages: Mapping[str, tuple[int, bytes]], *, keys: Any = None, protocol: int = 2
) -> bytes:
    """Return a file as ``torch.save`` wrote it before 1.6; a storage is its number of values and their bytes.

    A storage without a view gets None for it.

    From protocol 4 on, each pickle of four bytes or more has its length in front.
    """
    listed = list(storages) if keys is None else keys
    contents = [
        NUMBER,
        *(pickled(one)[2:] for one in (1001, {"little_endian": True}, _with_views(value), listed)),
    ]
    pickles = []
    for content in contents:
        frame = b"\x95" + struct.pack("<Q", len(content)) if protocol > 3 and len(content) > 4 else b""
        pickles.append(b"\x80" + bytes([protocol]) + frame + content)
    parts = [struct.pack("<q", count) + content for count, content in storages.values()]
    return b"".join([*pickles, *parts])

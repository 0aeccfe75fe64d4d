"""A model in several GGUF files, as ``gguf-split`` of llama.cpp divides them: ``w-00001-of-00003.gguf`` and so on.

llama.cpp is given the first part, finds the others by its name, and refuses parts of other numbers, tensors that two parts have, and
another count of tensors than the first part says. Its metadata are those of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.input.held_folder import HeldFolder, holding_beside
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import Source
from winitgen.files.stores.address import join, split

if TYPE_CHECKING:
    from contextlib import ExitStack

NUMBER, COUNT, TENSORS = "split.no", "split.count", "split.tensors.count"
MOST_PARTS = 10_000
MOST_HEADERS = 1 << 26

ReadPart = Callable[..., OpenFile]
"""Called with an open file, what its values are read from, its path, and how many tensors it may have at most."""


def with_other_parts(first: OpenFile, file: BinaryIO, read: ReadPart, stack: ExitStack) -> OpenFile:
    """Return the model of which an open file is the first part; a file that is no first part remains what it is."""
    count, number = _whole(first, COUNT), _whole(first, NUMBER)
    if count is None or count < 2 or number is None:
        return first
    if number:
        what = f"it is part {number + 1:,} of {count:,} of a model, which llama.cpp reads by its first one"
        return first._replace(others=[*first.others, OtherReading(what)])
    name = split(first.path)[1]
    ending = _ending(0, count)
    if not name.endswith(ending) or name == ending:
        what = f"it is the first of {count:,} parts, and llama.cpp refuses one whose name does not end in {ending}"
        return first._replace(others=[*first.others, OtherReading(what)])
    if count > MOST_PARTS:
        raise UnreadableError(
            f"{first.path} is in {count:,} parts, of which no more than {MOST_PARTS:,} are read"
        )
    held = stack.enter_context(holding_beside(file, first.path))
    names = [name.removesuffix(ending) + _ending(place, count) for place in range(1, count)]
    parts = [first, *_others(held, names, read, first)]
    held.check_names()
    return _joined(parts, [name, *names], held)


def _others(held: HeldFolder, names: Sequence[str], read: ReadPart, first: OpenFile) -> Iterator[OpenFile]:
    """Yield the other parts, of which there may be no more tensors together than in one file, and no longer headers."""
    tensors, headers = MOST_TENSORS - len(first.tensors), MOST_HEADERS
    for place, name in enumerate(names, 1):
        part = _part(held, name, place, partial(read, most=tensors), first.path)
        tensors -= len(part.tensors)
        headers -= int(part.facts["header_bytes"])
        if headers < 0:
            raise UnreadableError(
                f"{first.path} has parts whose headers are too large to read: more than {MOST_HEADERS:,} bytes together"
            )
        yield part


def _ending(place: int, count: int) -> str:
    return f"-{place + 1:05d}-of-{count:05d}.gguf"


def _whole(part: OpenFile, key: str) -> int | None:
    """Return a whole number of the metadata, or None."""
    text = part.metadata.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _part(
    folder: HeldFolder, name: str, place: int, read: Callable[[BinaryIO, Source, str], OpenFile], path: str
) -> OpenFile:
    """Return another part; raise `UnreadableError` if it is not there, or another one."""
    if not folder.has(name):
        raise UnreadableError(f"{path} is not complete: its part {quoted(name)} does not exist")
    with folder.member(name) as (file, source):
        found = read(file, source, join(folder.path, name))
    number = _whole(found, NUMBER)
    if number != place:
        what = "which part it is" if number is None else f"part {number + 1:,}"
        says = f"does not say {what}" if number is None else f"says that it is {what}"
        raise UnreadableError(f"{found.path} {says}, and its name that it is part {place + 1:,}")
    return found


def _joined(parts: Sequence[OpenFile], names: Sequence[str], folder: HeldFolder) -> OpenFile:
    """Return the model of all parts; raise `UnreadableError` if their tensors are not those of one."""
    first = parts[0]
    _check(parts, names, first.path)
    begin = 0
    for part in parts:
        for tensor in part.tensors:
            tensor.offset += begin
        begin += int(part.facts["file_bytes"])
    sums = {fact: sum(int(part.facts[fact]) for part in parts) for fact in ("file_bytes", "header_bytes")}
    return first._replace(
        tensors=[tensor for part in parts for tensor in part.tensors],
        facts={**first.facts, **sums, "shards": len(parts)},
        shards=[part.path for part in parts],
        check=folder.check_states,
        others=[*first.others, *_readings(parts[1:], names[1:])],
        parts={
            name: {key: text for key, text in part.metadata.items() if first.metadata.get(key) != text}
            for name, part in zip(names, parts, strict=True)
        },
    )


def _check(parts: Sequence[OpenFile], names: Sequence[str], path: str) -> None:
    found: dict[str, str] = {}
    for name, part in zip(names, parts, strict=True):
        for tensor in part.tensors:
            if tensor.name in found:
                which = (
                    f"{quoted(tensor.name)} is in its parts {quoted(found[tensor.name])} and {quoted(name)}"
                )
                raise UnreadableError(f"{path} is a damaged GGUF file: {which}")
            found[tensor.name] = name
    said = _whole(parts[0], TENSORS)
    if said is not None and said != len(found):
        raise UnreadableError(
            f"{path} is a damaged GGUF file: its parts have {len(found):,} tensors together, and it says {said:,}"
        )


def _readings(parts: Sequence[OpenFile], names: Sequence[str]) -> Iterator[OtherReading]:
    for name, part in zip(names, parts, strict=True):
        yield from (one._replace(text=f"{quoted(name)}: {one.text}") for one in part.others)

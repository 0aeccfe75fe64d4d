"""What ggml, the library below llama.cpp, has no room for in a tensor: ``ggml.h`` and ``gguf.cpp`` state it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winitgen.files.formats.gguf.header import TensorEntry
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

_MOST_AXES = 4
_LONGEST_NAME = 63
"""In bytes; a NUL follows them. Other programs build ggml for names that are twice as long."""

_LONGEST_ELSEWHERE = 127


def refused_tensors(entries: Sequence[TensorEntry]) -> Iterator[OtherReading]:
    """Yield what is refused of tensors, or read under another name; of each kind the first."""
    axes = next((one for one in entries if len(one.shape) > _MOST_AXES), None)
    if axes is not None:
        yield OtherReading(
            f"{quoted(axes.name)} has {len(axes.shape)} axes, and llama.cpp refuses more than {_MOST_AXES}"
        )
    size = next((one for one in entries if any(size >= 1 << 63 for size in one.shape)), None)
    if size is not None:
        yield OtherReading(
            f"{quoted(size.name)} has an axis beyond 2^63, for which llama.cpp refuses the file"
        )
    cut = next((one for one in entries if "\0" in one.name), None)
    if cut is not None:
        yield OtherReading(f"{quoted(cut.name)} holds a NUL, where the name ends to llama.cpp")
    longest = max(entries, key=lambda one: _bytes(one.name), default=None)
    if longest is not None and (count := _bytes(longest.name)) > _LONGEST_NAME:
        yield OtherReading(
            f"{quoted(longest.name)} has a name of {count:,} bytes, and llama.cpp refuses more than {_LONGEST_NAME}",
            misread=count > _LONGEST_ELSEWHERE,
        )


def _bytes(name: str) -> int:
    return len(name.encode(errors="surrogateescape"))

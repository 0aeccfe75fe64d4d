"""The contract of a file format: it plans every byte of the file before the first value is drawn.

A format is a folder of this package whose ``writer`` module defines ``FORMAT``, a `Format`; its endings have lines in
`winitgen.files.formats.ENDINGS`. The format's ``lay_out`` turns named tensors into a `FilePlan`,
which states the offset of every run of fixed bytes and of every tensor's values. The
pump (`winitgen.files.output.pump`) then draws blocks of values in any order, in several threads,
and passes each with its offset to a sink, which writes it to a new file, compares it with an existing
file, or sends it down a pipe.

A format knows nothing about schemes, and never sees more than one block of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from winitgen.numeric.dtypes import bytes_of

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.plain_values import PlainValues
    from winitgen.numeric.scratch import Workspace


class Drawable(Protocol):
    """One named array to be written to a file, in C order."""

    @property
    def name(self) -> str:
        """The tensor's name in the file, such as ``fc1.weight``."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape; empty for a scalar."""

    @property
    def dtype(self) -> str:
        """The name of its number format, one that `winitgen.numeric.dtypes.is_stored`."""

    @property
    def keras_path(self) -> str:
        """The path of the variable in Keras's own file, empty if it has none there."""

    def draw(self, start: int, count: int, workspace: Workspace) -> Array | PlainValues:
        """Return elements ``start`` to ``start + count`` as a flat array, or plain values, in native byte order.

        Elements that share bytes are returned as those bytes.

        The array may be scratch memory of ``workspace``, valid only until the next call with that workspace.
        Any thread may call this, each with its own workspace.
        """


def element_count(tensor: Drawable) -> int:
    """Return the number of elements of a tensor, as an integer of any size."""
    count = 1
    for size in tensor.shape:
        count *= size
    return count


def byte_count(tensor: Drawable) -> int:
    """Return the number of bytes that a tensor's values take in a file."""
    return bytes_of(tensor.dtype, element_count(tensor))


class FixedBytes(NamedTuple):
    """Bytes of the file that do not depend on any value."""

    offset: int
    content: bytes


class TensorSpan(NamedTuple):
    """The values of one tensor in the file, starting at ``offset``: contiguous, in C order, little-endian."""

    offset: int
    tensor: Drawable


class FilePlan(NamedTuple):
    """Every byte of one file of ``size`` bytes.

    Fixed bytes and spans do not overlap; bytes that neither covers are zero. One of them covers the last
    byte. A span without elements may have any offset.

    ``finish`` returns the fixed bytes that depend on the values, such as a zip's checksums; it is None if
    there are none. It is called once, after all values are drawn, with the CRC-32 of each span in order.
    """

    size: int
    fixed: Sequence[FixedBytes]
    spans: Sequence[TensorSpan]
    finish: Callable[[Sequence[int]], Sequence[FixedBytes]] | None = None

    @property
    def drawn_bytes(self) -> int:
        """The number of bytes that are drawn."""
        return sum(byte_count(span.tensor) for span in self.spans)


FolderPlan = Mapping[str, FilePlan]
"""The files of one folder by name, in the order in which they are written."""


def nothing_left_out(tensors: Sequence[Drawable]) -> Sequence[Drawable]:
    """Return no tensor: the format writes all of them, or refuses."""
    return ()


class Format(NamedTuple):
    """One file format.

    ``lay_out(tensors, metadata)`` returns the plan of the file, or of each file of a folder. ``metadata`` is written
    in the given order, as far as the format can hold it: ``format``, the framework whose names the tensors
    have (only safetensors can hold it), and ``winitgen``, the recipe
    (`winitgen.files.recipe`). If the format cannot hold these tensors, it raises a `UsageError` that names
    a format that can.
    ``forward_only`` says whether the file can be written sequentially, as to a pipe.
    ``carries_recipe`` says whether its files can hold a recipe. ``container`` is the name
    of the reader of its files, if it differs from ``name``.
    ``left_out`` returns those tensors that are not written because the format has no place for them, and
    ``left_out_note`` the line that says so.
    """

    name: str
    endings: tuple[str, ...]
    summary: str
    lay_out: Callable[[Sequence[Drawable], Mapping[str, str]], FilePlan | FolderPlan]
    forward_only: bool = False
    carries_recipe: bool = True
    container: str = ""
    left_out: Callable[[Sequence[Drawable]], Sequence[Drawable]] = nothing_left_out
    left_out_note: Callable[[Sequence[Drawable]], str] = lambda tensors: ""

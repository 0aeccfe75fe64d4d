"""What a file format is: a plan of the file's bytes, made before the first value is drawn.

A format is one module of this package. It holds ``FORMAT``, a `Format`, and that is all it takes:
the module is found by looking (`winitgen.files.formats.FORMATS`). The format's ``lay_out`` turns named
tensors into a `FilePlan`: at which offset the file has which fixed bytes, and which tensor's values. The
pump (`winitgen.files.output.pump`) then draws blocks of values in any order, in several threads,
and hands each to a sink with its offset: into a new file, against an existing one, or down a pipe.

A format never knows what a scheme is, and never sees more than one block of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class Drawable(Protocol):
    """One named array of the file to be written, in C order."""

    @property
    def name(self) -> str:
        """The tensor's name in the file, such as ``fc1.weight``."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape; empty for a scalar."""

    @property
    def dtype(self) -> str:
        """Its format's name, a key of `winitgen.numeric.dtypes.DTYPES`."""

    @property
    def keras_path(self) -> str:
        """The path of the variable in Keras's own file, empty if it has none there."""

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return elements ``start`` to ``start + count`` as a flat array, native byte order.

        The array may be scratch of ``workspace``: it is valid until the next call with it.
        Any thread may call this, each with a workspace of its own.
        """


def element_count(tensor: Drawable) -> int:
    """Return a tensor's number of elements, as an integer of any size."""
    count = 1
    for size in tensor.shape:
        count *= size
    return count


def byte_count(tensor: Drawable) -> int:
    """Return how many bytes a tensor's values take in a file."""
    return element_count(tensor) * DTYPES[tensor.dtype].itemsize


class FixedBytes(NamedTuple):
    """Bytes of the file that depend on no value."""

    offset: int
    content: bytes


class TensorSpan(NamedTuple):
    """The values of one tensor in the file, from ``offset`` on: contiguous, C order, little-endian."""

    offset: int
    tensor: Drawable


class FilePlan(NamedTuple):
    """Every byte of one file, ``size`` in all.

    Fixed bytes and spans do not overlap; what neither covers is zero bytes. One of them covers the last
    byte. A span without elements may have any offset.

    ``finish``, where a format needs it, gives the fixed bytes that are known only after the values (a zip's
    checksums); it is called once, when all is drawn, with the CRC-32 of each span in order.
    """

    size: int
    fixed: Sequence[FixedBytes]
    spans: Sequence[TensorSpan]
    finish: Callable[[Sequence[int]], Sequence[FixedBytes]] | None = None

    @property
    def drawn_bytes(self) -> int:
        """How many of the bytes are drawn."""
        return sum(byte_count(span.tensor) for span in self.spans)


FolderPlan = Mapping[str, FilePlan]
"""Several files by their name in one folder, in the order in which they are written."""


class Format(NamedTuple):
    """One file format.

    ``lay_out(tensors, metadata)`` gives the plan of the file, or of each file of a folder. ``metadata`` is written
    in the order given, as far as the format has room for it: ``format``, the framework the names
    are meant for (only safetensors has room for it), and ``winitgen``, the recipe
    (`winitgen.files.recipe`). It raises `UsageError` where the format cannot hold these tensors,
    naming one that can.
    ``forward_only`` says whether the file can be written down a pipe, first byte to last.
    ``carries_recipe`` says whether its files have room for a recipe at all. ``container`` is the name
    of the reader of its files, where that is another than ``name``.
    """

    name: str
    endings: tuple[str, ...]
    summary: str
    lay_out: Callable[[Sequence[Drawable], Mapping[str, str]], FilePlan | FolderPlan]
    forward_only: bool = False
    carries_recipe: bool = True
    container: str = ""

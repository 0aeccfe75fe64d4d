"""Which member ``numpy.load`` reads for each name, if names with and without ``.npy`` stand beside one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member import Member


def numpy_readings(
    members: Sequence[Member], tensors: Sequence[StoredArray], others: Sequence[str]
) -> Iterator[OtherReading]:
    """Yield what ``numpy.load`` gives beside the arrays or otherwise; ``others`` are members that are no arrays.

    A name stands for the member that is called exactly so, and else for that with ``.npy`` behind it (NpzFile in NumPy).
    """
    sizes = {member.info.filename: member.info.file_size for member in members}
    arrays = sizes.keys() - set(others)
    for name in others:
        yield OtherReading(f"its member {quoted(name)} is not an array, and was not read", misread=False)
    for tensor in tensors:
        own = f"{tensor.name}.npy" if f"{tensor.name}.npy" in arrays else tensor.name
        if tensor.name in sizes and own != tensor.name:
            yield OtherReading(
                f"numpy.load reads the member {quoted(tensor.name)} for this name, not {quoted(own)}"
            )

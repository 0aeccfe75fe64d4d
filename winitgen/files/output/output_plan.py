"""What is to be written, planned to the byte before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, FolderPlan, Format, byte_count

_LARGEST = 2**63 - 1  # bytes: operating systems count a file's in a signed number of 64 bits


class OutputPlan(NamedTuple):
    """The plan of a file, or of all files of a folder, with what it was made from."""

    format: Format
    metadata: Mapping[str, str]
    plan: FilePlan | FolderPlan

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return self.plan.size if isinstance(self.plan, FilePlan) else sum(p.size for p in self.plan.values())


def plan_output(file_format: Format, tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> OutputPlan:
    """Plan a file or a folder; raise `UsageError` for what no format, or not this one, can hold."""
    _check_names(tensors)
    _check_size(sum(map(byte_count, tensors)))  # before a format counts with numbers of 64 bits
    plan = file_format.lay_out(tensors, metadata)
    if isinstance(plan, FilePlan):
        _check_size(plan.size)
    return OutputPlan(file_format, metadata, plan)


def _check_names(tensors: Sequence[Drawable]) -> None:
    names: set[str] = set()
    for tensor in tensors:
        if tensor.name in names:
            raise UsageError(f"two tensors have the name {tensor.name!r}")
        if not tensor.name.isprintable():
            raise UsageError(f"the tensor name {tensor.name!r} holds a character that cannot be printed")
        if {"", ".", ".."} & set(tensor.name.split("/")):  # archives and folders would lead elsewhere
            raise UsageError(f"the tensor name {tensor.name!r} has a path segment that is empty, '.' or '..'")
        names.add(tensor.name)


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise UsageError(f"these tensors take {size:,} bytes; no file can be that large")

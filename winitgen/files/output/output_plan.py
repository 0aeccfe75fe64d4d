"""The plan of an output, exact to the byte, made before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, FolderPlan, Format, byte_count

_LARGEST = 2**63 - 1  # bytes: operating systems store a file's size in a signed 64-bit integer


class OutputPlan(NamedTuple):
    """The plan of a file, or of all files of a folder, with its format and metadata."""

    format: Format
    metadata: Mapping[str, str]
    plan: FilePlan | FolderPlan

    @property
    def size(self) -> int:
        """The total size of all files, in bytes."""
        return self.plan.size if isinstance(self.plan, FilePlan) else sum(p.size for p in self.plan.values())


def plan_output(file_format: Format, tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> OutputPlan:
    """Plan a file or a folder; raise `UsageError` for tensors that this format, or any, cannot hold."""
    _check_names(tensors)
    _check_size(sum(map(byte_count, tensors)))  # before a format packs the size into 64 bits
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
        if {"", ".", ".."} & set(tensor.name.split("/")):  # in archives and folders these lead to other paths
            raise UsageError(f"the tensor name {tensor.name!r} has a path segment that is empty, '.' or '..'")
        names.add(tensor.name)


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise UsageError(f"these tensors take {size:,} bytes; no file can be that large")

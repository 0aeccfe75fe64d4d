"""Writes named tensors under a name: the one way in for everything outside this package."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError, UsageError
from winitgen.files.formats.format import Drawable, FilePlan, Folder, Format, byte_count
from winitgen.files.input.opening import reading
from winitgen.files.output import existing, sinks
from winitgen.files.output.atomic import new_file, writing
from winitgen.files.output.folder import new_folder, new_member
from winitgen.files.output.passes import Observer, Passes, Progress
from winitgen.files.output.pump import BLOCK

Outcome = Literal["written", "unchanged"]

_LARGEST = 2**63 - 1  # bytes: operating systems count a file's in a signed number of 64 bits


def write(  # noqa: PLR0913  # the choices of a command line, each by its name
    file_format: Format,
    tensors: Sequence[Drawable],
    metadata: Mapping[str, str],
    path: str | os.PathLike[str],
    *,
    threads: int = 1,
    fsync: bool = True,
    force: bool = False,
    check: bool = False,
    block: int = BLOCK,
    observer: Observer | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Write a file or a folder, unless exactly these bytes stand there already.

    With ``check`` nothing is written, and anything but these bytes is a `DiffersError`. Other
    bytes are replaced with ``force`` alone. The observer sees the values of each pass: a
    comparison that finds a difference and the writing that follows are two passes.
    """
    shown = os.fspath(path)
    plan = _lay_out(file_format, tensors, metadata)
    passes = Passes(tensors, threads, block, observer, progress)
    with reading(shown) if check else writing(shown):
        found = existing.kind(shown)
        _refuse_kind(file_format, plan, shown, found)
        if found == "device":
            return _into_device(plan, shown, passes, check=check)
        if found == "nothing":
            if check:
                raise DiffersError(f"{shown} does not exist")
        elif found == "file" or os.listdir(shown):
            if _same(plan, shown, passes):
                return "unchanged"
            _may_replace(file_format, shown, metadata, force=force, check=check)
        elif check:
            raise DiffersError(f"{shown} is empty")
        else:
            _refuse_to_replace(file_format, shown, metadata)
    try:
        if isinstance(plan, FilePlan):
            _new_file(plan, shown, passes, fsync=fsync, replace=force)
        else:
            last_look = partial(_refuse_to_replace, file_format, shown, metadata)
            _new_folder(plan, shown, passes, fsync=fsync, replace=force, may_go=last_look)
    except ExistsError:
        if _appeared_the_same(plan, shown, passes):  # another run of the same command was faster
            return "unchanged"
        raise
    return "written"


def write_stdout(
    file_format: Format,
    tensors: Sequence[Drawable],
    metadata: Mapping[str, str],
    fd: int = 1,
    *,
    block: int = BLOCK,
    observer: Observer | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a file down an open descriptor, first byte to last."""
    check_forward(file_format)
    if os.isatty(fd):
        raise UsageError("standard output is a terminal; name a file, or send the output somewhere")
    image = _lay_out(file_format, tensors, metadata)
    assert isinstance(image, FilePlan)  # no folder is forward-only
    with writing("standard output"):
        _forward(image, fd, Passes(tensors, 1, block, observer, progress))


def _lay_out(
    file_format: Format, tensors: Sequence[Drawable], metadata: Mapping[str, str]
) -> FilePlan | Folder:
    names: set[str] = set()
    for tensor in tensors:
        if tensor.name in names:
            raise UsageError(f"two tensors have the name {tensor.name!r}")
        if not tensor.name.isprintable():
            raise UsageError(f"the tensor name {tensor.name!r} holds a character that cannot be printed")
        if {"", ".", ".."} & set(tensor.name.split("/")):  # archives and folders would lead elsewhere
            raise UsageError(f"the tensor name {tensor.name!r} has an empty part, or one of dots alone")
        names.add(tensor.name)
    _refuse_size(sum(map(byte_count, tensors)))  # before a format counts with numbers of 64 bits
    plan = file_format.lay_out(tensors, metadata)
    if isinstance(plan, FilePlan):
        _refuse_size(plan.size)
    return plan


def _refuse_size(size: int) -> None:
    if size > _LARGEST:
        raise UsageError(f"these tensors take {size:,} bytes; no file can have as many")


def _refuse_kind(file_format: Format, plan: FilePlan | Folder, shown: str, found: str) -> None:
    """Refuse a target that cannot become a file, or a folder, of this format."""
    if not isinstance(plan, FilePlan):
        if found in {"file", "device"}:
            raise OutputError(f"cannot write {shown}: it is not a folder")
    elif found == "folder":
        raise OutputError(f"cannot write {shown}: it is a folder")
    elif shown.endswith("/"):
        raise OutputError(f"cannot write {shown}: {file_format.name} is a file, and this is a folder's name")
    elif found == "device" and not file_format.forward_only:
        raise OutputError(
            f"cannot write {shown}: {file_format.name} needs a regular file; {_forward_only()} can go there"
        )


def _same(plan: FilePlan | Folder, shown: str, passes: Passes) -> bool:
    passes.begin()
    if isinstance(plan, FilePlan):
        return existing.is_file(shown, plan, passes.pour)
    return existing.is_folder(shown, plan, passes.pour)


def _appeared_the_same(plan: FilePlan | Folder, shown: str, passes: Passes) -> bool:
    """Tell whether what appeared while writing is what was to be written."""
    with writing(shown):
        fitting = "file" if isinstance(plan, FilePlan) else "folder"
        return existing.kind(shown) == fitting and _same(plan, shown, passes)


def _may_replace(
    file_format: Format, shown: str, metadata: Mapping[str, str], *, force: bool, check: bool
) -> None:
    """Return if what stands under the name may go; else say how it differs."""
    if force and not check:
        _refuse_to_replace(file_format, shown, metadata)
        return
    why = existing.difference(file_format, shown, metadata)
    if check:
        raise DiffersError(f"{shown} {why}")
    stays = existing.kind(shown) == "folder" and _stays(shown, why)
    raise ExistsError(f"{shown} exists and {why}" + ("" if stays else "; --force replaces it"))


def _refuse_to_replace(file_format: Format, shown: str, metadata: Mapping[str, str]) -> None:
    """Refuse to remove a folder that is not winitgen's alone."""
    if existing.kind(shown) == "folder":
        why = existing.difference(file_format, shown, metadata) if os.listdir(shown) else ""
        if stays := _stays(shown, why):
            raise OutputError(f"cannot replace {shown}: {stays}")


def _stays(shown: str, why: str) -> str:
    """Return why a folder must not be removed, or nothing."""
    from pathlib import Path

    from winitgen.files.formats.npy_dir.reader import INDEX, listed_files

    if os.path.samefile(shown, os.curdir):  # whoever stands there would be left in a folder that is gone
        return "it is the working directory; name another folder, such as weights/"
    if not os.listdir(shown):
        return ""
    if why == existing.FOREIGN:
        return f"it {why}"
    try:
        listed = listed_files(Path(shown))
    except UnreadableError as error:
        return str(error)
    others = sorted(set(os.listdir(shown)) - listed - {INDEX})
    return f"it holds {others[0]!r}, which is not in its {INDEX}" if others else ""


def _new_file(image: FilePlan, shown: str, passes: Passes, *, fsync: bool, replace: bool) -> None:
    with new_file(shown, image.size, fsync=fsync, replace=replace) as fd:
        passes.begin()
        passes.pour(image, _file_sink(fd, image, fsync=fsync))


def _new_folder(
    folder: Folder,
    shown: str,
    passes: Passes,
    *,
    fsync: bool,
    replace: bool,
    may_go: Callable[[], object],
) -> None:
    with new_folder(shown, fsync=fsync, replace=replace, may_go=may_go) as place:
        passes.begin()
        for name, image in folder.items():
            with new_member(place, name, image.size) as fd:
                passes.pour(image, _file_sink(fd, image, fsync=fsync))


def _file_sink(fd: int, image: FilePlan, *, fsync: bool) -> sinks.Sink:
    sink = sinks.into_file(fd)
    return sinks.written_back_early(fd, sink) if fsync and image.size >= sinks.WRITTEN_BACK else sink


def _into_device(plan: FilePlan | Folder, shown: str, passes: Passes, *, check: bool) -> Outcome:
    if check:
        raise UsageError(f"cannot check {shown}: it is not a regular file")
    assert isinstance(plan, FilePlan)  # a device is no folder
    fd = os.open(shown, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        if os.isatty(fd):
            raise UsageError(f"{shown} is a terminal; name a file, or send the output somewhere")
        _forward(plan, fd, passes)
    finally:
        os.close(fd)
    return "written"


def _forward(image: FilePlan, fd: int, passes: Passes) -> None:
    passes.begin()
    sink = sinks.Forward(fd, image)
    passes.alone().pour(image._replace(pieces=()), sink)
    sink.close()


def check_forward(file_format: Format) -> None:
    """Raise `UsageError` for a format that cannot be written first byte to last."""
    if not file_format.forward_only:
        raise UsageError(f"{file_format.name} cannot be written to standard output; {_forward_only()} can")


def _forward_only() -> str:
    from winitgen.files.formats import FORMATS

    return " and ".join(file_format.name for file_format in FORMATS.values() if file_format.forward_only)

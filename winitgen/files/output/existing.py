"""What stands under the output's name: the same bytes, or others, and then why."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.files import recipe
from winitgen.files.formats.format import FilePlan, Folder, Format, byte_count
from winitgen.files.input import open_weights
from winitgen.files.output.sinks import against_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from winitgen.files.output.sinks import Sink

    Pour = Callable[[FilePlan, Sink], bool]

FOREIGN = "was not written by winitgen"
_NOT_THERE = frozenset({None, errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def kind(path: str) -> str:
    """Return what a path leads to: ``nothing``, a ``file``, a ``folder``, or a ``device``.

    Pipes and sockets count as devices: they can be written to, and must never be replaced.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "nothing"
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "device"


def is_file(path: str, image: FilePlan, pour: Pour) -> bool:
    """Tell whether a file holds exactly the bytes of an image."""
    with _opened(path) as fd:
        if os.fstat(fd).st_size != image.size:
            return False
        sink = against_file(fd)
        return pour(image, sink) and all(sink(begin, bytes(end - begin)) for begin, end in _gaps(image))


def is_folder(path: str, folder: Folder, pour: Pour) -> bool:
    """Tell whether a folder holds exactly these files."""
    if set(os.listdir(path)) != set(folder):
        return False
    members = [(os.path.join(path, name), image) for name, image in folder.items()]
    if any(kind(member) != "file" or os.stat(member).st_size != image.size for member, image in members):
        return False
    # The last file is the index, which tells most differences before anything is drawn.
    return all(is_file(member, image, pour) for member, image in reversed(members))


def difference(file_format: Format, path: str, metadata: Mapping[str, str]) -> str:
    """Return how a file of other bytes came about, as far as it says: the end of a sentence.

    Raises `OSError` where the file cannot be read at all.
    """
    if not file_format.carries_recipe:
        return "differs"
    try:
        with open_weights(path, recipe_only=True) as weights:
            own = weights.format == (file_format.container or file_format.name)
            found = recipe.parse(weights.recipe) if own else None
    except UnreadableError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno not in _NOT_THERE:  # a disk that fails proves nothing
            raise cause from None
        return FOREIGN
    if found is None:
        return FOREIGN
    wanted = recipe.parse(metadata[recipe.KEY])
    assert isinstance(wanted, recipe.Recipe)  # what winitgen writes is sound
    return "differs: " + (recipe.difference(found, wanted) or "same seed, spec and options, other bytes")


def _gaps(image: FilePlan) -> Iterator[tuple[int, int]]:
    """Yield the runs of an image that nothing covers."""
    spans = [(piece.offset, len(piece.content)) for piece in image.pieces]
    spans += [(region.offset, byte_count(region.tensor)) for region in image.regions]
    if image.finish:  # the checksums change what these pieces hold, not where they stand
        late = image.finish([0] * len(image.regions))
        spans += [(piece.offset, len(piece.content)) for piece in late]
    position = 0
    for offset, size in sorted(span for span in spans if span[1]):
        if position < offset:
            yield position, offset
        position = offset + size


@contextmanager
def _opened(path: str) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)

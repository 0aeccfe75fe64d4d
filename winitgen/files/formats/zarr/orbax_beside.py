"""What else Orbax reads of a checkpoint, and what it makes of the arrays by it: ``_sharding`` and ``array_metadatas``, and an older tree."""

from __future__ import annotations

import errno
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.documents import Form, document, oddity_of, too_large
from winitgen.files.formats.zarr.orbax_aggregate import MOST_AGGREGATED, aggregated
from winitgen.files.formats.zarr.orbax_documents import OF_JAX, PROCESS_FORM, RANDOM_KEY, SHARDING_FORM
from winitgen.files.formats.zarr.orbax_tree import OrbaxTree
from winitgen.files.formats.zarr.recognition import AGGREGATE, TREE
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import LONGEST_TEXT
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import join

_SHARDING, _ARRAYS = "_sharding", "array_metadatas"
_PROCESS = re.compile(r"process_[0-9]{1,18}")
_NUMBERS_OF_KEY = {"threefry2x32": 2, "rbg": 4, "unsafe_rbg": 4}
"""How many whole numbers a key of JAX's generators has."""


def beside_readings(
    folder: HeldFolder, names: Sequence[str], tree: OrbaxTree, rows: Mapping[str, StoredArray]
) -> Iterator[OtherReading]:
    """Yield what Orbax reads otherwise of arrays, by their names, because of what else stands in a folder with these names."""
    if _SHARDING in names:
        odd = [*_oddity_in(folder, _SHARDING, _SHARDING, SHARDING_FORM)]
        yield from map(_odd, odd or _undivided(folder, tree))
    if _ARRAYS not in names:
        return
    try:
        with folder.inside([_ARRAYS]) as inner:
            found = [name for name in inner.names() if name.startswith("process_")]
            for name in found:
                yield from _of_process(inner, name, rows)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):  # a link is told as one, and a file is not read
            raise


def _undivided(folder: HeldFolder, tree: OrbaxTree) -> Iterator[str]:
    """Yield which array of JAX a good ``_sharding`` does not name, as Orbax refuses that, as a clause."""
    read = document(_text(folder, _SHARDING))
    divided = {} if read is None else read.found
    wanted = (one.name for one in tree.entries if one.kind == OF_JAX)
    lacking = [name for name in wanted if urlsafe_b64encode(name.encode()).decode() not in divided]
    if lacking:
        yield f"its {quoted(_SHARDING)} has nothing of {quoted(lacking[0])}"


def _odd(clause: str) -> OtherReading:
    return OtherReading(f"{clause}, so that Orbax may restore it otherwise, or refuse it")


def _text(folder: HeldFolder, name: str, longest: int = LONGEST_TEXT) -> bytes:
    """Return the text of a file, empty for what is no file."""
    if folder.size_of(name) is None:
        return b""
    with folder.member(name) as (file, _):
        return file.read(longest + 1)


def _oddity_in(folder: HeldFolder, name: str, shown: str, form: Form) -> Iterator[str]:
    """Yield what is odd about a file, as a clause about the folder."""
    text = _text(folder, name)
    why = too_large(text) or oddity_of(document(text), form)
    if why:
        yield f"its {quoted(shown)} {why}"


def _of_process(folder: HeldFolder, name: str, rows: Mapping[str, StoredArray]) -> Iterator[OtherReading]:
    """Yield what one process says of its arrays that Orbax does not only read."""
    shown = f"{_ARRAYS}/{name}"
    if not _PROCESS.fullmatch(name):
        yield _odd(f"its {quoted(shown)} is of no process")
        return
    odd = [*_oddity_in(folder, name, shown, PROCESS_FORM)]
    yield from map(_odd, odd)
    read = None if odd else document(_text(folder, name))
    for one in read.found["array_metadatas"] if read is not None else ():
        about = one["array_metadata"]
        generator = (about.get("ext_metadata") or {}).get(RANDOM_KEY)
        row = rows.get(about["param_name"])
        if generator is not None and row is not None:
            yield _as_key(row, generator)


def _as_key(row: StoredArray, generator: str) -> OtherReading:
    """Return that Orbax makes keys of random numbers of an array."""
    shape = row.shape or (0,)
    if row.dtype == "uint32" and shape[-1] == _NUMBERS_OF_KEY.get(generator):
        return OtherReading(
            f"its {quoted(row.name)} is restored by Orbax as keys of random numbers ({quoted(generator)}), and was read as their numbers",
            misread=False,
        )
    return OtherReading(
        f"its {quoted(row.name)} is to be restored as keys of random numbers ({quoted(generator)}), which it is not"
    )


def older_readings(folder: HeldFolder, tree: OrbaxTree) -> Iterator[OtherReading]:
    """Yield how the tree of an older version of Orbax beside another one differs from it: its values come first."""
    text = _text(folder, AGGREGATE, MOST_AGGREGATED)
    try:
        older = aggregated(text, join(folder.path, AGGREGATE))
    except UnreadableError:
        yield _odd(f"its {quoted(AGGREGATE)} is not the same tree as its {TREE}")
        return
    wanted = {one.name for one in tree.entries if not one.is_empty}
    placed = {one.name for one in older.entries if one.stated == one.name}
    other = {one.name for one in older.entries if one.stated != one.name and one.name in wanted}
    wrong = sorted(other | (wanted ^ placed))
    if wrong:
        yield OtherReading(
            f"its {quoted(AGGREGATE)} has something else of {quoted(wrong[0])} than its {TREE}, and Orbax restores what stands there, or refuses it"
        )

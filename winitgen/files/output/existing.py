"""What the output's path leads to already, and whether it may be replaced."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError
from winitgen.files.formats.format import FilePlan, Format

if TYPE_CHECKING:
    from winitgen.files.output.output_plan import OutputPlan

Kind = Literal["nothing", "file", "folder", "device"]

FOREIGN = "was not written by winitgen"
_NOT_THERE = frozenset({None, errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_LONGEST_SHOWN = 40


def kind(path: str) -> Kind:
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


def check_kind(output: OutputPlan, shown: str, found: Kind) -> None:
    """Raise `OutputError` if what is there cannot become a file, or a folder, of this format."""
    if not isinstance(output.plan, FilePlan):
        if found in {"file", "device"}:
            raise OutputError(f"cannot write {shown}: it is not a folder")
    elif found == "folder":
        raise OutputError(f"cannot write {shown}: it is a folder")
    elif shown.endswith("/"):
        raise OutputError(
            f"cannot write {shown}: {output.format.name} is a file, and this is a folder's name"
        )
    elif found == "device" and not output.format.forward_only:
        from winitgen.files.output.forward import forward_formats

        needs = f"{output.format.name} needs a regular file; {forward_formats()} can go there"
        raise OutputError(f"cannot write {shown}: {needs}")


def check_replaceable(output: OutputPlan, shown: str, *, force: bool, check: bool) -> None:
    """Raise an error that says how other bytes came about, unless ``force`` replaces them."""
    if force and not check:
        check_removable(output, shown)
        return
    why = difference(output.format, shown, output.metadata)
    if check:
        raise DiffersError(f"{shown} {why}")
    stays = kind(shown) == "folder" and _reason_to_stay(shown, why)
    raise ExistsError(f"{shown} exists and {why}" + ("" if stays else "; --force replaces it"))


def check_removable(output: OutputPlan, shown: str) -> None:
    """Raise `OutputError` for a folder that holds, or may hold, anything that is not winitgen's."""
    if kind(shown) == "folder":
        why = difference(output.format, shown, output.metadata) if os.listdir(shown) else ""
        if reason := _reason_to_stay(shown, why):
            raise OutputError(f"cannot replace {shown}: {reason}")


def _reason_to_stay(shown: str, why: str) -> str:
    """Return why a folder must not be removed, or nothing."""
    from pathlib import Path

    from winitgen.files.formats.npy_dir.reader import INDEX, read_index

    if os.path.samefile(shown, os.curdir):  # whoever is in there would be left in a folder that is gone
        return "it is the working directory; name another folder, such as weights/"
    if not os.listdir(shown):
        return ""
    if why == FOREIGN:
        return f"it {why}"
    try:
        listed, _ = read_index(Path(shown))
    except UnreadableError as error:
        return str(error)
    others = sorted(set(os.listdir(shown)) - listed - {INDEX})
    return f"it holds {others[0]!r}, which is not in its {INDEX}" if others else ""


def difference(file_format: Format, path: str, metadata: Mapping[str, str]) -> str:
    """Return how a file of other bytes came about, as far as it says: the end of a sentence.

    Raises `OSError` where the file cannot be read at all.
    """
    if not file_format.signed:
        return "differs"
    from pathlib import Path

    try:
        text = file_format.provenance(Path(path))
    except UnreadableError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno not in _NOT_THERE:  # a disk that fails proves nothing
            raise cause from None
        return FOREIGN
    differing = recipe_difference(text, metadata.get("winitgen", ""))
    if differing is None:
        return FOREIGN
    return "differs: " + (differing or "same seed, spec and options, other bytes")


def recipe_difference(text: str | None, wanted: str) -> str | None:
    """Return how the recipe in a file differs from another: a clause, empty where it does not.

    A file may have a recipe's hash in its place. Returns None where it has neither.
    """
    found = _parsed(text)
    if not {"seed", "sha256"} & set(found):
        return None
    return _differing(found, {"sha256": _sha256(wanted)} if "sha256" in found else _parsed(wanted))


def _differing(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Return the first thing in which two origins differ."""
    for key in ("seed", "spec", "dtype", "layout", "stream", "sha256"):
        old, new = found.get(key), wanted.get(key)
        if old == new:
            continue
        if key == "sha256":
            return "its seed, spec or options differ"
        if _showable(old) and _showable(new):
            return f"its {key} is {old}, not {new}"
        return f"its {key} differs"
    return ""


def _showable(value: object) -> bool:
    """Tell whether a value from a file that anyone may have written belongs into a message."""
    if isinstance(value, str):
        return value.isprintable() and 0 < len(value) <= _LONGEST_SHOWN
    return isinstance(value, int) and abs(value) < 10**_LONGEST_SHOWN


def _parsed(text: str | None) -> dict[str, Any]:
    import json

    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _sha256(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()

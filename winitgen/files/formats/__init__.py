"""The file formats, one folder each: ``writer.py`` defines ``FORMAT`` and ``reader.py`` defines ``READER``.

>>> by_path("model.safetensors").name
'safetensors'
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from winitgen.errors import UsageError
from winitgen.on_demand import OnDemand
from winitgen.spec.mistakes import suggest

if TYPE_CHECKING:
    from winitgen.files.formats.format import Format

ENDINGS = {
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".weights.h5": "keras-h5",
    ".npy": "npy",
    "/": "npy-dir",
    ".npz": "npz",
    ".safetensors": "safetensors",
}
"""The format that the ending of a path means; a path that ends in ``/`` is a folder."""

FORMATS: OnDemand[Format] = OnDemand(
    lambda: {name: f"{__name__}.{name.replace('-', '_')}.writer:FORMAT" for name in ENDINGS.values()}
)
"""Every format that can be written, by name."""

FOLDER = "/"
"""The ending of a format that is a folder."""

STDOUT = "-"
"""The path that stands for standard output."""


def check_output_name(path: str) -> None:
    """Raise `UsageError` for a path that no output can have."""
    if not path:
        raise UsageError("the output has no name; name a file, or a folder by a slash at its end")
    if "\0" in path:
        raise UsageError("an output needs a name without a NUL character")


def format_of(path: str | os.PathLike[str], name: str | None) -> Format:
    """Return the format with this name, or by the path's ending if None; standard output defaults to safetensors."""
    shown = os.fspath(path)
    check_output_name(shown)
    if name is None and shown == STDOUT:
        name = "safetensors"
    found = by_path(path) if name is None else by_name(name)
    if FOLDER not in found.endings:
        check_file_name(shown, found.name, f"model{found.endings[0]}")
    return found


def check_file_name(shown: str, what: str, example: str) -> None:
    """Raise `UsageError` for a name that only a folder can have, as it ends in a slash, or in dots behind one.

    ``what`` is the single file that is to be written there, and ``example`` a name for it.
    """
    folder, slash, last = shown.rpartition("/")
    if slash and last in ("", ".", ".."):
        raise UsageError(
            f"cannot write {shown}: {what} is a single file, but this name ends in '{slash}{last}'; name a file, "
            f"as in {folder if last in ('', '.') else shown}/{example}"
        )


def by_name(name: str) -> Format:
    """Return the format with this name."""
    if name not in FORMATS:
        hint = suggest(name, FORMATS) or f"; the formats are {', '.join(FORMATS)}"
        raise UsageError(f"unknown format {name!r}{hint}")
    return FORMATS[name]


def by_path(path: str | os.PathLike[str]) -> Format:
    """Return the format that a path's ending selects; a path that ends in ``/`` is a folder."""
    shown = os.fspath(path)
    fitting = [ending for ending in ENDINGS if shown.lower().endswith(ending)]
    if not fitting:
        _refuse_ending(shown, sorted(ENDINGS))
    return FORMATS[ENDINGS[max(fitting, key=len)]]


def _refuse_ending(shown: str, endings: list[str]) -> NoReturn:
    ending = os.path.splitext(shown)[1]
    known = ", ".join(ending for ending in endings if ending != "/")
    hint = suggest(ending, endings) or f"; the endings are {known}, and / for a folder"
    what = f"unknown ending {ending!r}" if ending else "no ending"
    raise UsageError(f"{shown}: {what}{hint}")

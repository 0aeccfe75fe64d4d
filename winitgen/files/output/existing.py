"""What exists at the output path, and whether it may be replaced."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Literal

from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError
from winitgen.files import recipe
from winitgen.files.formats.format import FilePlan, Format
from winitgen.files.input.opening import failed
from winitgen.files.output.atomic import has_name
from winitgen.files.stores.address import is_remote

if TYPE_CHECKING:
    from winitgen.files.output.output_plan import OutputPlan

Kind = Literal["nothing", "file", "nameless", "folder", "device"]

FOREIGN = "was not written by winitgen"
NO_RECIPE = (
    "carries no recipe of winitgen"  # as what convert writes may not, so that nothing shows who wrote it
)
OTHER_BYTES = "differs: same seed, spec and options, but other bytes"


def kind(path: str) -> Kind:
    """Return what exists at a path: ``nothing``, a ``file``, a ``folder``, or a ``device``.

    A ``nameless`` file can be written into through its descriptor, but not be replaced.
    Pipes and sockets count as devices: they can be written to, but must never be replaced.
    """
    if is_remote(path):
        from winitgen.files.stores.store import Store

        return Store(path).look().kind
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "nothing"
    if stat.S_ISREG(mode):
        return "file" if has_name(path) else "nameless"
    return "folder" if stat.S_ISDIR(mode) else "device"


def check_kind(output: OutputPlan, shown: str, found: Kind) -> None:
    """Raise `OutputError` if the existing path cannot become a file or folder of this format."""
    if not isinstance(output.plan, FilePlan):
        if found in {"file", "nameless", "device"}:
            raise OutputError(f"cannot write {shown}: it is not a folder")
        if found == "nothing" and os.path.basename(shown.rstrip("/")) == os.pardir:
            raise OutputError(
                f"cannot write {shown}: there is no folder {os.path.dirname(shown.rstrip('/'))}"
            )
    elif found == "folder":
        raise OutputError(f"cannot write {shown}: it is a folder")
    elif found == "device" and not output.format.forward_only:
        from winitgen.files.output.forward import forward_formats

        needs = f"{output.format.name} needs a regular file; {forward_formats()} can go there"
        raise OutputError(f"cannot write {shown}: {needs}")


def check_replaceable(output: OutputPlan, shown: str, *, force: bool, check: bool) -> None:
    """Unless ``force`` replaces the output, raise an error that says why its bytes differ."""
    if force and not check:
        check_removable(output, shown)
        return
    why = difference(output.format, shown, output.metadata)
    if not isinstance(output.plan, FilePlan) and why in (OTHER_BYTES, NO_RECIPE):
        from winitgen.files.output.beside import names_that_differ

        why = names_that_differ(shown, output.plan) or why
    if check:
        raise DiffersError(f"{shown} {why}")
    stays = kind(shown) == "folder" and _reason_to_stay(shown, why)
    raise ExistsError(f"{shown} exists and {why}" + ("" if stays else "; --force replaces it"))


def check_removable(output: OutputPlan, shown: str) -> None:
    """Raise `OutputError` for a folder that holds, or may hold, files that winitgen did not write."""
    if kind(shown) == "folder":
        removable(output, shown, shown)


def removable(output: OutputPlan, shown: str, place: str) -> Collection[str]:
    """Return the names in a folder; raise `OutputError` if winitgen did not write all of them, or may not have.

    The folder is at ``place``, and its own name is ``shown``.
    """
    names = os.listdir(place)
    why = difference(output.format, place, output.metadata) if names else ""
    if reason := _reason_to_stay(place, why):
        inside = reason.replace(os.path.join(place, ""), os.path.join(shown, ""))
        raise OutputError(f"cannot replace {shown}: {inside.replace(place, shown)}")
    return names


def _reason_to_stay(shown: str, why: str) -> str:
    """Return why a folder must not be removed; empty if it may be."""
    from winitgen.files.formats.npy_dir.reader import INDEX, listed_files

    if reason := _fixed(shown):
        return reason
    if not os.listdir(shown):
        return ""
    try:
        listed = listed_files(shown)
    except UnreadableError as error:
        return f"it {why}" if why in (FOREIGN, NO_RECIPE) else str(error)
    if why in (FOREIGN, NO_RECIPE) and not listed:  # what convert writes may have no recipe, but it has names
        return f"it {why}"
    own = {**listed, INDEX: True}
    return next((reason for name in sorted(os.listdir(shown)) if (reason := _foreign(shown, name, own))), "")


def _fixed(shown: str) -> str:
    """Return why a folder cannot be renamed, whatever it holds; empty if it can be."""
    if os.path.samefile(shown, os.curdir):  # a shell in it would be left in a deleted folder
        return "it is the working directory; name another folder, such as weights/"
    if os.path.ismount(shown):
        return "it is a mount point, and a folder is replaced as a whole; name a folder in it"
    if not os.access(os.path.dirname(os.path.realpath(shown)), os.W_OK | os.X_OK):
        return (
            "the folder around it cannot be written, and a folder is replaced as a whole; name a folder in it"
        )
    return ""


def _foreign(shown: str, name: str, own: Mapping[str, bool]) -> str:
    """Return why a file of a folder must not be removed; ``own`` has the names in its index, true for those that winitgen gives."""
    from winitgen.files.formats.npy_dir.reader import INDEX

    if name not in own:
        return f"it holds {name!r}, which is not in its {INDEX}"
    if not own[name]:
        return f"it holds {name!r}, and winitgen calls no file of its tensors so"
    return f"it holds the folder {name!r}" if os.path.isdir(os.path.join(shown, name)) else ""


def difference(file_format: Format, path: str, metadata: Mapping[str, str]) -> str:
    """Return why a file with other bytes differs, as far as its recipe shows, as the end of a sentence.

    Raises `OSError` if the file cannot be read at all.
    """
    if not file_format.carries_recipe:
        return "differs"
    from winitgen.files.input import open_weights

    try:
        with open_weights(path, recipe_only=True) as weights:
            own = weights.format == (file_format.container or file_format.name)
            text = weights.recipe
            found = recipe.parse(text) if own else None
    except UnreadableError as error:
        if cause := failed(error):  # a failing disk does not show who wrote the file
            raise cause from None
        return FOREIGN
    if found is None:
        return NO_RECIPE if own and text is None else FOREIGN
    wanted = recipe.parse(metadata.get(recipe.KEY))
    if not isinstance(wanted, recipe.Recipe):  # winitgen writes whole recipes here, or none
        return "differs"
    why = recipe.difference(found, wanted)
    return f"differs: {why}" if why else OTHER_BYTES

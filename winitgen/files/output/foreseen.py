"""What a dry run foresees: an output that could not be written is refused as the writing itself would refuse it."""

from __future__ import annotations

import errno
import os

from winitgen.files.formats import STDOUT
from winitgen.files.formats.format import FilePlan
from winitgen.files.output import existing
from winitgen.files.output.atomic import place_of, writing
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.place import begins_alike
from winitgen.files.stores.address import is_remote


def check_output(output: OutputPlan, shown: str, *, force: bool, makes_folder: bool = False) -> None:
    """Raise what `winitgen.files.output.publish.publish` would raise, as far as no value shows it; nothing is drawn or written.

    ``makes_folder`` says that the folder around the output is made first, if it is not there. A store is not asked.
    """
    if shown == STDOUT or is_remote(shown):
        return
    with writing(shown):
        found = existing.kind(shown)
        existing.check_kind(output, shown, found)
        if found == "nothing" and not makes_folder:
            _check_parent(place_of(shown)[0])
        if found in ("file", "folder") and not _may_be_equal(output, shown):
            existing.check_replaceable(output, shown, force=force, check=False)


def _may_be_equal(output: OutputPlan, shown: str) -> bool:
    """Tell whether an existing output, or an empty folder, is no reason to refuse: all that is known before drawing is there."""
    if isinstance(output.plan, FilePlan):
        return begins_alike(shown, output.plan)
    names = os.listdir(shown)
    if not names:
        existing.check_removable(output, shown)
        return True
    return {*names} == {*output.plan} and all(
        begins_alike(os.path.join(shown, name), plan) for name, plan in output.plan.items()
    )


def check_new_folder(path: str) -> None:
    """Raise what `winitgen.files.output.side_file.make_folder` would raise for a file that is in the way."""
    if is_remote(path) or os.path.isdir(path):
        return
    with writing(path):
        path = path.rstrip("/") or path
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        parent = os.path.dirname(path)
        while parent and not os.path.lexists(parent):
            parent = os.path.dirname(parent)
        # No folder is made in the place of a link that leads nowhere.
        if parent and not os.path.exists(parent):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        _check_parent(parent)


def _check_parent(folder: str) -> None:
    """Raise the system's error for what is not there, or is no folder."""
    if not os.path.isdir(folder or os.curdir):
        number = errno.ENOTDIR if os.path.exists(folder) else errno.ENOENT
        raise OSError(number, os.strerror(number))

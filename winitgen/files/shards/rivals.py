"""The shards of another run beside the only file of a model, of which loaders would take one or the other, or both."""

from __future__ import annotations

import os
from collections.abc import Mapping

from winitgen.files.formats import STDOUT
from winitgen.files.input.steady import FileState, state_at
from winitgen.files.output.atomic import writing
from winitgen.files.output.place import names_in, remove_known
from winitgen.files.shards.file_names import ENDING, ShardNames
from winitgen.files.shards.present import check_stale
from winitgen.files.stores.address import is_remote, join

Rivals = Mapping[str, FileState | None]
"""The paths of files beside an output, the index first, each with its state when it was looked at."""


def rivals_of(path: str) -> Rivals:
    """Return the shards and the index that are named as if they were of the model in the file ``path``.

    A folder that cannot be listed, and a store, are not looked at.
    """
    folder, name = os.path.split(path)
    if path == STDOUT or is_remote(path) or not name.endswith(ENDING):
        return {}
    names = ShardNames(name.removesuffix(ENDING))
    try:
        beside = names_in(folder)
    except OSError:  # whoever may write into a folder need not be allowed to list it
        return {}
    found = [other for other in beside if other != names.single and names.are_of(other)]
    found.sort(key=lambda other: other != names.index_file)
    return {join(folder, other): state_at(join(folder, other), follow=False) for other in found}


def check_rivals(rivals: Rivals, *, force: bool) -> None:
    """Raise `ExistsError` unless ``force`` removes the files, and `OutputError` if winitgen did not write one."""
    for path in rivals:
        with writing(path):
            check_stale(path, force=force, only_check=False)


def remove_rivals(rivals: Rivals) -> None:
    """Remove the files, which `check_rivals` has allowed: an index before the shards that it lists."""
    for path, state in rivals.items():
        with writing(path):
            remove_known(path, state)

"""The shards of another run beside the only file of a model, of which loaders would take one or the other, or both."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from winitgen.errors import WinitgenError
from winitgen.files.formats import STDOUT
from winitgen.files.formats.format import FilePlan
from winitgen.files.input.steady import FileState, state_at
from winitgen.files.output.atomic import writing
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.place import begins_alike, names_in, remove_known
from winitgen.files.shards.file_names import ENDING, ShardNames
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
        from winitgen.files.shards.present import check_stale

        with writing(path):
            check_stale(path, force=force, only_check=False)


def remove_rivals(rivals: Rivals) -> None:
    """Remove the files, which `check_rivals` has allowed: an index before the shards that it lists."""
    for path, state in rivals.items():
        with writing(path):
            remove_known(path, state)


def watching(path: str, rivals: Rivals, options: WriteOptions, staying: Collection[str] = ()) -> WriteOptions:
    """Return options with which an output takes its name only if no other rivals have appeared since, nor ``staying`` ones.

    Together with `settled` this is how a run that writes shards looks for the only file: whichever order two runs take, one
    of them sees the other.
    """

    def last_look() -> None:
        if options.check_sources:
            options.check_sources()
        _check_new(path, (*rivals, *staying), options)

    return options._replace(check_sources=last_look)


def settled(  # what was written, where, and what was beside it
    status: Outcome,
    output: OutputPlan,
    path: str,
    rivals: Rivals,
    options: WriteOptions,
    staying: Collection[str] = (),
) -> Outcome:
    """Remove the ``rivals`` of an output, which `check_rivals` has allowed, now that it is written; return what was done.

    Raises `ExistsError` or `OutputError` for others that have appeared since; then the output is not there.
    """
    if options.check:
        return status
    try:
        remove_rivals(rivals)
        _check_new(path, staying, options)
    except WinitgenError:
        if status == "written":
            _withdraw(output, path)
        raise
    return "written" if rivals else status


def _check_new(path: str, known: Collection[str], options: WriteOptions) -> None:
    """Raise an error for a rival that was not there at first."""
    for other in rivals_of(path):
        if other not in known:
            from winitgen.files.shards.present import check_appeared

            check_appeared(other, force=options.force)


def _withdraw(output: OutputPlan, path: str) -> None:
    """Remove what was written, if it is still there."""
    with writing(path):
        state = state_at(path, follow=False)
        if isinstance(output.plan, FilePlan) and begins_alike(path, output.plan):
            remove_known(path, state)

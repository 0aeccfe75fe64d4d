"""Reads checkpoints of Orbax: trees of arrays, each in a folder of its own or all in one database.

The loader of record is ``restore`` of Orbax, which goes by the tree in ``_METADATA``; what is stored beside is told. Of a step, whose
trees are in folders of their own, the only tree is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.orbax_aggregate import MOST_AGGREGATED, aggregated
from winitgen.files.formats.zarr.orbax_beside import beside_readings, older_readings
from winitgen.files.formats.zarr.orbax_readings import orbax_readings, tree_readings
from winitgen.files.formats.zarr.orbax_tree import TEXT, OrbaxTree, TreeEntry, by_path, tree_of
from winitgen.files.formats.zarr.reader import facts_of, opened_folder, weights_beside
from winitgen.files.formats.zarr.recognition import AGGREGATE, DATABASE, STEP, TEXTS, TREE, is_aggregate
from winitgen.files.formats.zarr.stored_arrays import stored_arrays
from winitgen.files.formats.zarr.zarr_readings import foreign_reading, foreign_readings
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.hub_cache import listed
from winitgen.files.input.inner_checkpoints import STEP_NAME, inner_checkpoints
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.opening import LONGEST_TEXT
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import is_remote, join

NAME = "orbax"


def has_aggregate(folder: HeldFolder, names: list[str]) -> bool:
    """Tell whether a folder is a tree of an older version of Orbax, which has one file of its own."""
    if AGGREGATE not in names or is_remote(folder.path) or folder.size_of(AGGREGATE) is None:
        return False
    with folder.member(AGGREGATE) as (file, _):
        return is_aggregate(file.read(1))


def read(folder: HeldFolder, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the values of the tree in its order, by their keys, joined by dots."""
    if recipe_only:
        return OpenFile(folder.path, NAME)
    shown, names = folder.path, folder.names()
    above: list[OtherReading] = []
    if STEP in names and not {TREE, DATABASE, AGGREGATE} & {*names}:
        item = _item(folder, names)
        if item:
            above += _of_step(folder, names, item)
            folder = stack.enter_context(folder.inside([item]))
            names = folder.names()
    tree, others = _tree(folder, names)
    database = DATABASE in names if tree is None or tree.database is None else tree.database
    files, client, arrays = opened_folder(folder, stack, database=database)
    if tree is None and not arrays:
        raise UnreadableError(f"{shown} is a folder of Orbax without a tree of arrays")
    if tree is None:  # nothing says what the arrays are called
        entries = [TreeEntry(one.path, "array", one.path) for one in arrays]
        tree = OrbaxTree(entries, 0, strict=False, database=None)
        others.append(OtherReading("it has no tree, by which Orbax restores"))
    of = by_path(tree)
    mine = [one for one in arrays if one.path in of]
    found = stored_arrays(mine, of.__getitem__, client, files.total, strict=tree.strict)
    rows = {one.path: row for one, row in zip(mine, found, strict=True)}
    texts = {one.path for one in files.folders if TEXTS in one.metadata}
    tensors = [_row(one, rows.get(one.path), texts) for one in tree.entries if not one.is_empty]
    others += [*foreign_readings(files), *orbax_readings(tree, arrays)]
    others += beside_readings(folder, names, tree, {one.name: one for one in tensors})
    own = {one.path.partition("/")[0] for one in arrays}
    others += _beside(folder, names, own, database=database)
    others += above
    return OpenFile(shown, NAME, tensors, facts=facts_of(files, arrays), others=others, check=files.check)


def check_steps(folder: HeldFolder, names: list[str]) -> None:
    """Raise `UnreadableError` for a folder of steps, of which one is to be named; nothing happens for any other folder."""
    found = _folders_with(folder, [name for name in names if STEP_NAME.fullmatch(name)], {STEP})
    if found:
        found.sort(key=lambda name: int(name.rpartition("_")[2]))
        count = "a step" if len(found) == 1 else f"{len(found):,} steps"
        raise UnreadableError(f"{folder.path} is a folder of Orbax with {count}: {listed(found)}; name one")


def _folders_with(folder: HeldFolder, names: list[str], wanted: set[str]) -> list[str]:
    """Return those names that are of folders in which something stands that is wanted."""
    found = []
    for name in names:
        try:
            with folder.inside([name]) as inner:
                if wanted & {*inner.names()}:
                    found.append(name)
        except OSError:  # it is no folder
            continue
    return found


def _item(step: HeldFolder, names: list[str]) -> str:
    """Return the name of the only folder of a step that holds a tree, empty if none does; raise `UnreadableError` for several."""
    found = _folders_with(step, names, {TREE, DATABASE, AGGREGATE})
    if len(found) > 1:
        raise UnreadableError(
            f"{step.path} is a step of Orbax with {len(found)} trees: {listed(found)}; name one"
        )
    return found[0] if found else ""


def _beside(
    folder: HeldFolder, names: Collection[str], own: Collection[str], *, database: bool
) -> Iterator[OtherReading]:
    """Yield what else loaders read of a folder of Orbax, of which the arrays are in the folders ``own``.

    Orbax's `load` takes the tree in a folder with a name of its own, and its manager the step with the largest number.
    """
    inner = inner_checkpoints(folder, sorted({*names} - {*own}))
    for name in inner:
        yield OtherReading(
            f"its folder {quoted(name)} holds a checkpoint, too, which other functions of Orbax read in its place"
        )
    yield from weights_beside(folder, {*own, *inner}, database=database)


def _of_step(step: HeldFolder, names: Collection[str], item: str) -> Iterator[OtherReading]:
    """Yield what loaders read of a step, of which the tree in the folder ``item`` is read."""
    links = [name for name in names if step.is_foreign(name)]
    if links:
        yield foreign_reading(links[0])
    yield from _beside(step, names, {item, *links}, database=True)


def _tree(folder: HeldFolder, names: list[str]) -> tuple[OrbaxTree | None, list[OtherReading]]:
    """Return the tree that a folder states, None if it states none, and what other programs read of it otherwise."""
    if TREE in names:
        with folder.member(TREE) as (file, _):
            text = file.read(LONGEST_TEXT + 1)
        tree = tree_of(text, join(folder.path, TREE))
        older = older_readings(folder, tree) if AGGREGATE in names else ()
        return tree, [*tree_readings(text), *older]
    if AGGREGATE in names:
        with folder.member(AGGREGATE) as (file, _):
            text = file.read(MOST_AGGREGATED + 1)
        return aggregated(text, join(folder.path, AGGREGATE)), []
    return None, []


def _row(one: TreeEntry, array: StoredArray | None, texts: Collection[str]) -> StoredArray:
    """Return a value of a tree: its array, or a row that says why it has none; ``texts`` are the paths of texts."""
    if array is not None:
        return array.called(one.name)
    why = one.why
    if not why and one.path in texts:
        why = TEXT
    return StoredArray(
        one.name, one.kind or "unknown", one.shape, 0, why or "its array is not stored in the folder"
    )

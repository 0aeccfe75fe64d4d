"""Reads folders of zarr, in its second and third format: groups, single arrays, and databases of TensorStore.

The metadata of the arrays are read here, and their values by TensorStore, in a process of its own. Checkpoints of Orbax are such
folders, too: `winitgen.files.formats.zarr.orbax_reader`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.folder_tree import FolderTree
from winitgen.files.formats.zarr.recognition import ARRAY_2, DATABASE, GROUP_2, NODE_3
from winitgen.files.formats.zarr.stored_arrays import ZarrArray, arrays_in, arrays_of_database, stored_arrays
from winitgen.files.formats.zarr.tensorstore_client import TensorStoreClient, is_installed
from winitgen.files.formats.zarr.tensorstore_words import NEEDED
from winitgen.files.formats.zarr.zarr_readings import foreign_readings, zarr_readings
from winitgen.files.input.array_folders import beside_arrays
from winitgen.files.input.inner_checkpoints import STEP_NAME
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.steady import unless_changed
from winitgen.files.stores.address import is_remote

if TYPE_CHECKING:
    from contextlib import ExitStack

    from winitgen.files.input.held_folder import HeldFolder
    from winitgen.files.input.other_reading import OtherReading

NAME = "zarr"


def read(folder: HeldFolder, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the arrays in the order of their paths, by which they are called; a single array has no name."""
    if recipe_only:
        return OpenFile(folder.path, NAME)
    database = DATABASE in folder.names()
    tree, client, found = opened_folder(folder, stack, database=database)
    tensors = stored_arrays(found, lambda path: path, client, tree.total)
    members = () if database else zarr_readings(tree, found, follow=folder.within is not None)
    beside = weights_beside(folder, _folders_of(folder, found), database=database)
    others = [*foreign_readings(tree), *members, *beside]
    return OpenFile(folder.path, NAME, tensors, facts=facts_of(tree, found), others=others, check=tree.check)


def opened_folder(
    folder: HeldFolder, stack: ExitStack, *, database: bool
) -> tuple[FolderTree, TensorStoreClient, list[ZarrArray]]:
    """Return what is in a folder, what reads its values, and its arrays; with ``database`` those of a database."""
    if is_remote(folder.path):
        raise UnreadableError(
            f"{folder.path} holds arrays in chunks, which are read only from a disk; download it first"
        )
    tree = FolderTree(folder.path, folder.within)
    stack.enter_context(unless_changed(tree.check))
    client = TensorStoreClient(folder.path, tree.total, database=database)
    stack.callback(client.close)
    if not database:
        return tree, client, [*arrays_in(tree, follow=folder.within is not None)]
    if tree.foreign:
        raise UnreadableError(
            f"{folder.path} is a database of which {quoted(tree.foreign)} is not a file but a link or a device, which is not followed"
        )
    if not is_installed():
        raise UnreadableError(f"{folder.path} is a database of TensorStore, which reads it: {NEEDED}")
    if not client.is_found():
        raise UnreadableError(
            f"{folder.path} is a database of TensorStore, whose paths are UTF-8; its own is not: move it"
        )
    found = arrays_of_database(client, tree.total)
    found.sort(key=lambda one: one.path.split("/"))
    return tree, client, found


def weights_beside(folder: HeldFolder, own: Collection[str], *, database: bool) -> Iterator[OtherReading]:
    """Yield what is in a folder that loaders of other formats would read in place of its arrays; ``own`` are the names of folders that are not looked at."""
    of_zarr = {ARRAY_2, GROUP_2, NODE_3} if database else ()
    yield from beside_arrays(folder, folder.names(), own, of_zarr)


def _folders_of(folder: HeldFolder, found: list[ZarrArray]) -> set[str]:
    """Return the names of the folders that are of arrays, or of the chunks of a single one."""
    if [one.path for one in found] == [""]:
        return {*filter(STEP_NAME.fullmatch, folder.names())}
    return {one.path.partition("/")[0] for one in found}


def facts_of(tree: FolderTree, found: list[ZarrArray]) -> dict[str, int | str]:
    """Return the bytes and the number of the files of a folder, and the format of its arrays if all have one."""
    facts: dict[str, int | str] = {"file_bytes": tree.total, "files": tree.files}
    versions = {one.facts.version for one in found}
    return facts | ({"version": versions.pop()} if len(versions) == 1 else {})

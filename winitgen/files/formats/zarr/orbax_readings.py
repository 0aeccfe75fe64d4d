"""What Orbax reads of a checkpoint otherwise: it goes by its tree, and finds arrays that the tree does not name never, others in one format only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from winitgen.files.formats.zarr.documents import document, oddity
from winitgen.files.formats.zarr.orbax_documents import EMPTY, ENTRY, SECOND_TREE, TREE_FORM
from winitgen.files.formats.zarr.orbax_keys import trouble_of_keys
from winitgen.files.formats.zarr.orbax_tree import OrbaxTree
from winitgen.files.formats.zarr.recognition import AGGREGATE, TREE
from winitgen.files.formats.zarr.stored_arrays import ZarrArray
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading


def orbax_readings(tree: OrbaxTree, arrays: Sequence[ZarrArray]) -> Iterator[OtherReading]:
    """Yield what of these arrays the tree does not name, or says otherwise, and how many of its values are empty."""
    named = {one.path for one in tree.entries if not one.is_empty}
    beside = [one.path for one in arrays if one.path not in named]
    if beside:
        yield OtherReading(
            f"{_and_more(beside)} not in its tree, by which Orbax restores, and whoever reads all arrays reads {'it' if len(beside) == 1 else 'them'}, too"
        )
    of_other = [one.path for one in arrays if one.path in named and one.facts.version != tree.version]
    if of_other and tree.version:
        yield OtherReading(
            f"{_and_more(of_other)} of another format of zarr than its {TREE} says, which is {tree.version}, so that Orbax does not find {'it' if len(of_other) == 1 else 'them'}"
        )
    shapes = {one.path: one.facts.shape for one in arrays}
    scalars = [one.name for one in tree.entries if one.kind == "scalar" and shapes.get(one.path)]
    if scalars:
        yield OtherReading(f"{quoted(scalars[0])} is no scalar, as its {TREE} says, so that Orbax refuses it")
    misplaced = [one for one in tree.entries if one.stated not in (None, one.name)]
    if misplaced:
        yield OtherReading(
            f"its {quoted(AGGREGATE)} says that {quoted(misplaced[0].name)} stands at {quoted(misplaced[0].stated or '')}, and Orbax goes by its name"
        )
    names = Counter(one.name for one in tree.entries if not one.is_empty)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        yield OtherReading(
            f"two values of its tree are called {quoted(twice[0])}, and Orbax has one array for both"
        )
    empty = [one.name for one in tree.entries if one.is_empty]
    if empty:
        what = (
            f"its value {quoted(empty[0])} is"
            if len(empty) == 1
            else f"{len(empty):,} of its values, such as {quoted(empty[0])}, are"
        )
        yield OtherReading(f"{what} empty, as None is, and not listed", misread=False)


def _and_more(names: Sequence[str]) -> str:
    """Return the first of some names, how many more there are, and the verb."""
    if len(names) == 1:
        return f"{quoted(names[0])} is"
    return f"{quoted(names[0])} and {len(names) - 1:,} more are"


def tree_readings(text: bytes) -> Iterator[OtherReading]:
    """Yield what of the JSON of a tree is not as Orbax writes it: a key that stands twice, what Python refuses, odd entries and keys."""
    read = document(text)
    if read is None:
        yield OtherReading(f"its {TREE} is not JSON to Python's json, by which Orbax reads it")
        return
    if read.twice is not None:
        yield OtherReading(f"its {TREE} has the key {quoted(read.twice)} twice")
    if SECOND_TREE in read.found:
        yield OtherReading(f"its {TREE} has a second tree, {quoted(SECOND_TREE)}, which was not read")
    why = oddity(read.found, TREE_FORM) or _oddity_of_entries(read.found["tree_metadata"])
    if why:
        yield OtherReading(f"its {TREE} {why}, so that Orbax may restore it otherwise, or refuse it")


def _oddity_of_entries(entries: Mapping[str, Any]) -> str:
    """Return what is odd about the entries of a tree, as the end of a clause; empty if nothing is."""
    keys = []
    for shown, one in entries.items():
        why = oddity(one, ENTRY)
        if why:
            return f"has an entry {quoted(shown)} that {why}"
        about = one["value_metadata"]
        kind, skipped = about["value_type"], about["skip_deserialize"]
        if skipped != (kind in EMPTY):
            return f"has an entry {quoted(shown)} of the kind {quoted(kind)} that is {'' if skipped else 'not '}skipped"
        keys.append(([(key["key"], key["key_type"]) for key in one["key_metadata"]], not skipped))
    return trouble_of_keys(keys)

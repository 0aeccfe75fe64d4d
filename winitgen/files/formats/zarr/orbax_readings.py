"""What Orbax reads of a checkpoint otherwise: it goes by its tree, and finds arrays that the tree does not name never, others in one format only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from winitgen.files.formats.zarr.orbax_tree import OrbaxTree, by_path
from winitgen.files.formats.zarr.recognition import TREE
from winitgen.files.formats.zarr.stored_arrays import ZarrArray
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.spec.unique_keys import TwiceError, unique


def orbax_readings(tree: OrbaxTree, arrays: Sequence[ZarrArray]) -> Iterator[OtherReading]:
    """Yield what of these arrays the tree does not name, or says otherwise, and how many of its values are empty."""
    named = by_path(tree)
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
    """Yield that the JSON of a tree has a key twice, or that Python, by which Orbax reads it, refuses it."""
    try:
        json.loads(text, object_pairs_hook=unique)
    except TwiceError as error:
        yield OtherReading(f"its {TREE} has the key {quoted(str(error))} twice")
    except (ValueError, RecursionError):
        yield OtherReading(f"its {TREE} is not JSON to Python's json, by which Orbax reads it")

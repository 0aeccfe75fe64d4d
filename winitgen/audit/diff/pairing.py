"""Which arrays of two files are compared with each other, and how their headers differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from winitgen.audit.matching import ArrayPair, recipe_names, same_arrays
from winitgen.audit.name_rules import NameRules, RuledArrays, ruled
from winitgen.audit.natural_order import natural
from winitgen.audit.prefixes import prefix_hint
from winitgen.audit.rename_hint import rename_hint
from winitgen.audit.true_arrays import true_arrays
from winitgen.errors import UsageError
from winitgen.files.input.open_file import OpenFile

SORTS = ("file", "name")
"""The orders of a report: that of the first file, then of the second, or by name."""


class Pairing(NamedTuple):
    """The pairs of two files, the names that are left out of both, and a line about a prefix, empty if there is none."""

    pairs: list[ArrayPair]
    ignored: list[str]
    hint: str


def pairing(a: OpenFile, b: OpenFile, rules: NameRules, sort: str = "file") -> Pairing:
    """Pair the arrays of two files by the names that they have by the rules; the pairs keep the files' own names."""
    one = ruled(true_arrays(a), rules, a.path, first=True)
    other = ruled(true_arrays(b), rules, b.path, first=False)
    one, other = one.without(other.left_out), other.without(one.left_out)
    ignored = list(dict.fromkeys([*one.left_out.values(), *other.left_out.values()]))
    if ignored and not one.arrays and not other.arrays:
        raise UsageError(f"ignore leaves no tensor of {a.path} and {b.path} to be compared")

    def own() -> tuple[Mapping[str, str], Mapping[str, str]]:
        return _own_names(a, one, rules, first=True), _own_names(b, other, rules, first=False)

    found = same_arrays(one.arrays, other.arrays, own)
    alone = [(pair.a or pair.b) for pair in found if pair.a is None or pair.b is None]
    hint = ""
    if alone and not rules.prefix:
        hint = prefix_hint(list(one.old), list(other.old), {array.name for array in alone if array})
    if alone and not hint:
        hint = rename_hint(rules, _names(one), _names(other))
    pairs = [ArrayPair(pair.a and one.old[pair.a.name], pair.b and other.old[pair.b.name]) for pair in found]
    if sort == "name":
        pairs.sort(key=_by_name)
    return Pairing(pairs, ignored, hint)


def _names(arrays: RuledArrays) -> list[str]:
    return [array.name for array in arrays.old.values()]


def _own_names(weights: OpenFile, arrays: RuledArrays, rules: NameRules, *, first: bool) -> Mapping[str, str]:
    """Return the names of arrays in the file's own recipe, by their new names."""
    names = recipe_names(weights, lenient=True)
    own = {new: names[old.name] for new, old in arrays.old.items() if old.name in names}
    return dict(zip(own, rules.new_names([*own.values()], first=first), strict=True))


def _by_name(pair: ArrayPair) -> tuple[str, str]:
    array = pair.a or pair.b
    assert array is not None  # a pair has at least one array
    return natural(array.name)


def header_difference(pair: ArrayPair) -> str:
    """Return how the headers of two arrays differ; empty if they do not."""
    if pair.a is None or pair.b is None:
        return "only_in_b" if pair.a is None else "only_in_a"
    if (pair.a.shape, pair.a.shapeless) != (pair.b.shape, pair.b.shapeless):
        return "shape"
    if pair.a.dtype != pair.b.dtype:
        return "dtype"
    return "unread" if unread(pair) else ""


def unread(pair: ArrayPair) -> str | None:
    """Return why the values of two arrays of one shape and format cannot be compared; None if they can, or have none."""
    for side, array in (("A", pair.a), ("B", pair.b)):
        if array is not None and array.unread and (array.size or array.nbytes or not array.shapeless):
            return f"in {side}, {array.unread}"
    return None

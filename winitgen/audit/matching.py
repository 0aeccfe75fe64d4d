"""Which array of a file is which tensor of a plan, and which arrays of two files are the same one.

Containers write names in ways of their own: HDF5 has no other separator than ``/``, Keras's own files count
layers by their class, and a lone ``.npy`` has no name at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import WinitgenError

if TYPE_CHECKING:
    from winitgen.files.input.open_file import OpenFile, StoredArray
    from winitgen.layouts.tensor import Tensor

    Naming = Callable[[Tensor], str]

NAMINGS: tuple[Naming, ...] = (
    lambda tensor: tensor.name,
    lambda tensor: tensor.name.replace(".", "/"),
    lambda tensor: tensor.name.replace("/", "."),
    lambda tensor: tensor.keras_path or tensor.name,
)
"""How a file may name a tensor: as the layout does, HDF5 along groups, with dots alone, and Keras's own files."""


class PlannedArray(NamedTuple):
    """A tensor of the plan, and the array of the file that should hold its values."""

    tensor: Tensor
    stored: StoredArray


class Matched(NamedTuple):
    """The arrays that are planned, and the tensors that are missing, in the order of the plan; then all other arrays."""

    pairs: list[PlannedArray]
    missing: list[Tensor]
    extra: list[StoredArray]


def matched(weights: OpenFile, tensors: Sequence[Tensor]) -> Matched:
    """Match the arrays of a file with tensors, by the naming that fits most of them.

    A lone array without a name is the tensor of a plan that has one.
    """
    stored = {array.name: array for array in weights.tensors}
    if len(tensors) == 1 and set(stored) == {""}:
        names = [""]
    else:
        candidates = [[naming(tensor) for tensor in tensors] for naming in NAMINGS]
        names = max(candidates, key=lambda names: sum(name in stored for name in names))
    named = list(zip(tensors, names, strict=True))
    pairs = [PlannedArray(tensor, stored[name]) for tensor, name in named if name in stored]
    missing = [tensor for tensor, name in named if name not in stored]
    wanted = set(names)
    return Matched(pairs, missing, [array for name, array in stored.items() if name not in wanted])


def own_pairs(weights: OpenFile) -> Sequence[PlannedArray]:
    """Return the arrays that the file's own recipe draws with their tensors; none if there is no sound one."""
    if weights.recipe is None:
        return ()
    from winitgen.audit.recipe_plan import plan_of
    from winitgen.layouts import tensors

    try:
        return matched(weights, tensors(plan_of(weights))).pairs
    except WinitgenError:
        return ()


def own_names(weights: OpenFile) -> Mapping[str, str]:
    """Return what the file's own recipe calls its arrays, by the names that they have in the file."""
    return {pair.stored.name: pair.tensor.name for pair in own_pairs(weights)}


class ArrayPair(NamedTuple):
    """An array of the one file and the array of the other that it is compared with, where there are both."""

    a: StoredArray | None
    b: StoredArray | None


def same_arrays(
    a: Sequence[StoredArray],
    b: Sequence[StoredArray],
    own: Callable[[], tuple[Mapping[str, str], Mapping[str, str]]] = lambda: ({}, {}),
) -> list[ArrayPair]:
    """Return the arrays of ``a`` in their order with their partners, then those that are in ``b`` alone.

    Partners have the same name. Of the rest, those do that differ in ``/`` for ``.`` alone, as HDF5 has
    no other separator than the first; then those that the files' own recipes call the same, by the names that
    ``own`` gives. Where both files hold one array, these two are partners if one of them has no name, as in a
    single ``.npy``.
    """
    partners = {array.name: array for array in b}
    found = {array.name: partners.pop(array.name) for array in a if array.name in partners}
    for names in (lambda: ({}, {}), own):
        left = [array for array in a if array.name not in found]
        if left and partners:
            mine, theirs = map(_by_key, (left, list(partners.values())), names())
            found.update(
                {mine[key].name: partners.pop(theirs[key].name) for key in mine.keys() & theirs.keys()}
            )
    if len(a) == len(b) == 1 and not found and "" in (a[0].name, b[0].name):
        found[a[0].name] = partners.pop(b[0].name)
    return [
        *(ArrayPair(array, found.get(array.name)) for array in a),
        *(ArrayPair(None, array) for array in partners.values()),
    ]


def _by_key(arrays: Sequence[StoredArray], names: Mapping[str, str]) -> dict[str, StoredArray]:
    """Return arrays by their names with one separator, without those that this makes ambiguous."""
    keys = [names.get(array.name, array.name).replace("/", ".") for array in arrays]
    times = Counter(keys)
    return {key: array for key, array in zip(keys, arrays, strict=True) if times[key] == 1}

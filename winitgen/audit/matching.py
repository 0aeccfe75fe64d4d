"""Matches the arrays of a file with the tensors of a plan, or with the arrays of another file.

Containers change names: HDF5 has only ``/`` as separator, Keras's own files number
layers by class, and the single array of an ``.npy`` has no name. In safetensors and in NumPy's archives and folders
a loader finds a tensor by the layout's own name alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import WinitgenError
from winitgen.files.formats.keras_h5.left_out import left_out

if TYPE_CHECKING:
    from winitgen.files.input.open_file import OpenFile
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.layouts.tensor import Tensor

    Naming = Callable[[Tensor], str]

NAMINGS: tuple[Naming, ...] = (
    lambda tensor: tensor.name,
    lambda tensor: tensor.name.replace(".", "/"),
    lambda tensor: tensor.name.replace("/", "."),
    lambda tensor: tensor.keras_path or tensor.name,
)
"""How a file may name a tensor: as the layout does, as HDF5 groups, with dots only, and as Keras's own files do."""

_RENAMING = frozenset({"hdf5", "keras", "keras-h5-index", "zarr"})
"""The containers whose names may differ from the layout's: HDF5, Keras's of it, and zarr, whose groups are those of HDF5."""


class PlannedArray(NamedTuple):
    """A tensor of the plan, and the array of the file with its name."""

    tensor: Tensor
    stored: StoredArray


class Matching(NamedTuple):
    """The matched pairs and the missing tensors, in the order of the plan, and the unplanned arrays that are not incidental.

    ``left_out`` are tensors that a file of this kind does not have: no layer of Keras has them.
    """

    pairs: list[PlannedArray]
    missing: list[Tensor]
    extra: list[StoredArray]
    left_out: list[Tensor]


def match_tensors(weights: OpenFile, tensors: Sequence[Tensor], *, lenient: bool = False) -> Matching:
    """Match the arrays of a file with tensors, by the naming that fits most of them.

    A file that does not rename has the layout's own names; with ``lenient`` it may have those of another file
    from which it was converted. A single array without a name matches the only tensor of a plan.
    """
    stored = {array.name: array for array in weights.tensors}
    if len(tensors) == 1 and set(stored) == {""}:
        names, keras_names = [""], False
    else:
        namings = NAMINGS if lenient or weights.format in _RENAMING else NAMINGS[:1]
        candidates = [[naming(tensor) for tensor in tensors] for naming in namings]
        names = max(candidates, key=lambda names: sum(name in stored for name in names))
        keras_names = weights.format in _RENAMING and names is candidates[-1]
    named = list(zip(tensors, names, strict=True))
    pairs = [PlannedArray(tensor, stored[name]) for tensor, name in named if name in stored]
    without_place = {tensor.name for tensor in left_out(tensors)} if keras_names else set()
    absent = [tensor for tensor, name in named if name not in stored]
    missing = [tensor for tensor in absent if tensor.name not in without_place]
    absent = [tensor for tensor in absent if tensor.name in without_place]
    wanted = set(names)
    extra = [array for name, array in stored.items() if name not in wanted and not array.incidental]
    return Matching(pairs, missing, extra, left_out=absent)


def has_groups(pairs: Sequence[PlannedArray]) -> bool:
    """Tell whether a file has groups where the plan's names have dots, as HDF5 does; Keras's own paths are none."""
    renamed = [pair for pair in pairs if pair.stored.name != pair.tensor.name]
    return bool(renamed) and not any(pair.stored.name == pair.tensor.keras_path for pair in renamed)


def recipe_pairs(weights: OpenFile, *, lenient: bool) -> Sequence[PlannedArray]:
    """Pair the arrays of a file with the tensors of its own recipe, as `match_tensors` does; empty if it has no valid recipe."""
    found = _own_matching(weights, lenient=lenient)
    return () if found is None else found.pairs


def _own_matching(weights: OpenFile, *, lenient: bool) -> Matching | None:
    """Match the arrays of a file with the tensors of its own recipe; None if it has no valid one."""
    if weights.recipe is None:
        return None
    from winitgen.audit.recipe_plan import plan_of
    from winitgen.layouts import tensors

    try:
        return match_tensors(weights, tensors(plan_of(weights)), lenient=lenient)
    except WinitgenError:
        return None


def has_all(weights: OpenFile) -> bool:
    """Tell whether a file has every tensor of its own recipe; one of Keras is complete without those that no layer of Keras has."""
    found = _own_matching(weights, lenient=False) if weights.format in _RENAMING else None
    return found is None or not found.left_out


def recipe_names(weights: OpenFile, *, lenient: bool = False) -> Mapping[str, str]:
    """Return the names of a file's arrays in its own recipe, by their names in the file; others than these only where it renames.

    With ``lenient`` any file may have the names of another one from which it was converted.
    """
    return {pair.stored.name: pair.tensor.name for pair in recipe_pairs(weights, lenient=lenient)}


class ArrayPair(NamedTuple):
    """An array of one file and its partner in the other; None if absent."""

    a: StoredArray | None
    b: StoredArray | None


def same_arrays(
    a: Sequence[StoredArray],
    b: Sequence[StoredArray],
    own: Callable[[], tuple[Mapping[str, str], Mapping[str, str]]] = lambda: ({}, {}),
) -> list[ArrayPair]:
    """Return the arrays of ``a`` in order with their partners, then the arrays that are only in ``b``.

    Partners have the same name. Arrays without a partner are matched by names that differ only in ``/`` and ``.``,
    since HDF5 has only the first separator, and then by the names that ``own`` returns, which the files' own
    recipes give them. If each file holds one array, these two are partners if one of them has no name, as in an
    ``.npy``.
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
    """Return arrays by name with ``.`` as separator, without names that this makes ambiguous."""
    keys = [names.get(array.name, array.name).replace("/", ".") for array in arrays]
    times = Counter(keys)
    return {key: array for key, array in zip(keys, arrays, strict=True) if times[key] == 1}

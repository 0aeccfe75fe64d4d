"""Divides the tensors of a plan and of a base: those that are drawn, those that are copied, and those that are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.audit.matching import Matching, PlannedArray, has_groups, match_tensors
from winitgen.audit.true_arrays import true_array, true_arrays
from winitgen.errors import SpecError
from winitgen.files.copied_tensor import CopiedTensor
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan
from winitgen.writing.base.choice import BaseChoice
from winitgen.writing.base.complaints import Complaints


class Division(NamedTuple):
    """The names of the tensors that are drawn, and what is copied in place of the others, by their names.

    ``added`` are drawn because the base lacks them. ``extra`` are tensors of the base that the plan does not have:
    copied too, unless the patterns choose them to be drawn: ``dropped`` are the names of those.
    """

    drawn: frozenset[str]
    copies: Mapping[str, CopiedTensor]
    added: Sequence[str]
    extra: Sequence[CopiedTensor]
    dropped: Sequence[str]


def divide(planned: Plan, weights: OpenFile, choice: BaseChoice) -> Division:
    """Return how the tensors are divided; raise `SpecError` with everything that does not fit."""
    named = tensors(planned)
    found = match_tensors(weights, named, lenient=True)
    stored = {pair.tensor.name: pair for pair in found.pairs}
    lacking = [tensor.name for tensor in named if tensor.name not in stored]
    draws = choice.chooser
    drawn = {tensor.name for tensor in named if draws(tensor.name)}
    added = lacking if choice.add else []
    drawn.update(added)
    complaints = Complaints(planned, weights, choice)
    extra = [] if _is_nameless(found) else found.extra
    complaints.about_patterns([*(tensor.name for tensor in named), *(one.name for one in extra)])
    complaints.about_tensors(named, stored, drawn)
    complaints.about_ties(named, drawn)
    kept = [array for array in extra if not draws(array.name)]
    complaints.about_extra(kept)
    complaints.about_nothing(len(drawn), len(named))
    if complaints.found:
        raise SpecError(complaints.found)
    copies = {
        tensor.name: _copy(stored[tensor.name], weights) for tensor in named if tensor.name not in drawn
    }
    return Division(
        frozenset(drawn),
        copies,
        added,
        _extra(kept, weights, found.pairs),
        [array.name for array in extra if draws(array.name)],
    )


def _is_nameless(found: Matching) -> bool:
    """Tell whether the only array is that of an ``.npy``, which has no name to be copied under."""
    return [array.name for array in found.extra] == [""]


def _copy(pair: PlannedArray, weights: OpenFile) -> CopiedTensor:
    """Return the copy of an array under the name of the plan, in its true number format."""
    return CopiedTensor(pair.tensor.name, true_array(pair, weights.format), pair.tensor.keras_path)


def _extra(
    arrays: Sequence[StoredArray], weights: OpenFile, pairs: Sequence[PlannedArray]
) -> list[CopiedTensor]:
    """Return the copies of arrays that the plan does not have, under names like those of the others.

    If the base has groups where the plan's names have dots, as HDF5 does, so have the names of these. In Keras's own
    file they keep the paths that they have in one.
    """
    true = {array.name: array for array in true_arrays(weights)} if arrays else {}
    renamed = [pair for pair in pairs if pair.stored.name != pair.tensor.name]
    of_keras = any(pair.stored.name == pair.tensor.keras_path for pair in renamed)
    grouped = has_groups(pairs)
    return [
        CopiedTensor(
            array.name.replace("/", ".") if grouped else array.name,
            true.get(array.name, array),
            keras_path=array.name if of_keras else "",
        )
        for array in arrays
    ]

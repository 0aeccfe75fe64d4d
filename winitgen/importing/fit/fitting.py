"""From the values of a file to the law of each tensor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from winitgen.audit.inspect.measuring import AnySummary, measure
from winitgen.audit.inspect.summary import Summary
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.choosing import Offer, Scheme, chosen
from winitgen.importing.fit.deterministic import Known
from winitgen.importing.fit.drawable import DrawnTensor, law_of, undrawable
from winitgen.importing.fit.formulas import surroundings_of
from winitgen.importing.fit.lone_biases import lone_biases
from winitgen.importing.fit.looking import IndependentDraws, Look, Refused, look
from winitgen.importing.fit.reading import equal_values
from winitgen.importing.fit.roles import Role, nearest, roles_of
from winitgen.importing.fit.whole_draws import WholeDraws
from winitgen.importing.fit.whole_ranges import in_ranges
from winitgen.importing.found import FoundTensor
from winitgen.importing.name_tree import format_problem
from winitgen.numeric.threads import in_order, threads_for

KEPT = 1 << 24
"""Values that are kept of all tensors together: in float32 64 megabytes."""

MOST, LEAST = 1 << 17, 1 << 12
"""Values that are kept of one tensor."""


NO_SCHEME = "no scheme gives these values: "


class Lawless(NamedTuple):
    """A tensor whose values no scheme gives, by the name that it has in the spec, and why none does."""

    name: str
    array: StoredArray
    why: str


def fitted(
    arrays: Sequence[StoredArray], names: Sequence[str], threads: int | None = None
) -> list[FoundTensor | Lawless]:
    """Return each tensor with the law that its values follow; ``names`` are those of the spec.

    The file is read twice at most for laws, and tensors that look equal once more.
    """
    read = [array.size > 0 and not _problem(array) for array in arrays]
    measured = iter(measure([array for array, one in zip(arrays, read, strict=True) if one], threads=threads))
    looks = _looks(arrays, [next(measured) if one else None for one in read], threads)
    ties = _ties(arrays, names, looks)
    drawn = {
        name: found
        for name, found in zip(names, looks, strict=True)
        if isinstance(found, IndependentDraws) and not found.structure and name not in ties
    }
    around = surroundings_of({name: array.shape for name, array in zip(names, arrays, strict=True)})
    laws = _laws(roles_of(drawn, around.shapes, around))
    lone = lone_biases(dict(zip(names, arrays, strict=True)), looks, laws, around)
    drawing = _drawing(dict(zip(names, arrays, strict=True)), drawn, laws)
    problems = undrawable(drawing[name] for name in drawing if name not in lone)
    refused = {name: problems[law] for name, law in drawing.items() if law in problems}
    ready = lone | in_ranges(arrays, names, looks, ties)
    made = (
        ready[name] if name in ready else _tensor(name, array, found, ties, laws, refused.get(name, ""))
        for array, name, found in zip(arrays, names, looks, strict=True)
    )
    return [
        Lawless(name, array, tensor) if isinstance(tensor, str) else tensor
        for name, array, tensor in zip(names, arrays, made, strict=True)
    ]


def _problem(array: StoredArray) -> str:
    """Return why no law can be found for an array, whatever its values; empty if one can."""
    return format_problem(array.dtype) or (f"it was not read: {array.unread}" if array.unread else "")


def _looks(
    arrays: Sequence[StoredArray], summaries: Sequence[AnySummary | None], threads: int | None
) -> list[Look]:
    """Return a look at each array, in several threads unless the file can only be read in order."""
    most = min(MOST, max(LEAST, KEPT // max(1, len(arrays))))
    jobs = (partial(_look, array, summary, most) for array, summary in zip(arrays, summaries, strict=True))
    forward = any(array.forward for array in arrays)
    return list(in_order(jobs, 1 if forward else threads_for(sum(a.nbytes for a in arrays), threads)))


def _look(array: StoredArray, summary: AnySummary | None, most: int) -> Look:
    if problem := _problem(array):
        return Refused(problem)
    assert summary is None or isinstance(summary, Summary)  # no layer has complex numbers
    if array.size == 0:
        return Known("zeros", "no value")  # the writer refuses the shape
    return look(array, summary, most)


def _ties(arrays: Sequence[StoredArray], names: Sequence[str], looks: Sequence[Look]) -> dict[str, str]:
    """Return the tensors that hold the values of an earlier one, with its name."""
    alike: dict[object, list[int]] = defaultdict(list)
    for index, found in enumerate(looks):
        dependent = isinstance(found, IndependentDraws) and (found.moments.values == 1 or found.structure)
        if isinstance(found, IndependentDraws | WholeDraws) and not dependent:
            alike[arrays[index].shape, arrays[index].dtype, found.moments].append(index)
    ties = {}
    for places in alike.values():
        firsts: list[int] = []
        for index in places:
            same = next((first for first in firsts if equal_values(arrays[first], arrays[index])), None)
            if same is None:
                firsts.append(index)
            else:
                ties[names[index]] = names[same]
    return ties


def _laws(roles: Sequence[Role]) -> dict[str, tuple[Offer, Role] | str]:
    """Return the law of each tensor, or why it has none."""
    fitting = [role for role in roles if role.kinds]
    laws: dict[str, tuple[Offer, Role] | str] = {}
    for role, offer in zip(fitting, chosen([role.group() for role in fitting]), strict=True):
        laws.update(dict.fromkeys(role.names, (offer, role)))
    for role in roles:
        if not role.kinds:
            laws.update(dict.fromkeys(role.names, role.miss))
    return laws


def _tensor(
    name: str,
    array: StoredArray,
    found: Look,
    ties: dict[str, str],
    laws: dict[str, tuple[Offer, Role] | str],
    problem: str,
) -> FoundTensor | str:
    """Return a tensor with its law, or why it has none; ``problem`` is why its law cannot draw it, empty if it can."""
    if isinstance(found, Known):
        return FoundTensor(name, array.shape, array.dtype, found.init, found.evidence)
    if isinstance(found, Refused):
        return found.why if _problem(array) else f"{NO_SCHEME}{found.why}"
    if name in ties:
        return FoundTensor(name, array.shape, array.dtype, "zeros", "the same values", tied_to=ties[name])
    assert isinstance(found, IndependentDraws)  # all other whole numbers have their range
    if found.structure:
        why = f"{found.structure}; the nearest law is {nearest(found)[0]}"
        return f"these values are no independent draws: {why}"
    return _drawn(name, array, laws[name], found.padding, problem)


def _drawing(
    arrays: Mapping[str, StoredArray],
    drawn: Mapping[str, IndependentDraws],
    laws: Mapping[str, tuple[Offer, Role] | str],
) -> dict[str, DrawnTensor]:
    """Return the tensors that have a law, with it."""
    found = {}
    for name, look_ in drawn.items():
        law, array = laws[name], arrays[name]
        if not isinstance(law, str):
            found[name] = law_of(array.shape, array.dtype, *_scheme(law, look_.padding))
    return found


def _scheme(law: tuple[Offer, Role], padding: int | None) -> tuple[Scheme, tuple[float, float] | None]:
    """Return the scheme and the fans of a law; of a table with a row of zeros the scheme without fans."""
    offer, role = law
    return (offer.init, offer.fans) if padding is None else (role.plain(offer), None)


def _drawn(
    name: str, array: StoredArray, law: tuple[Offer, Role] | str, padding: int | None, problem: str
) -> FoundTensor | str:
    """Return a tensor that is drawn, or why no law draws it."""
    if isinstance(law, str):
        return f"{NO_SCHEME}{law}"
    offer, role = law
    if problem:
        return f"{NO_SCHEME}the nearest law is {role.words(offer)}, but {problem}"
    init, fans = _scheme(law, padding)
    return FoundTensor(name, array.shape, array.dtype, init, role.evidence(offer), fans, padding=padding)

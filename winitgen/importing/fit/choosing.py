"""Which law each group of equal tensors has: the fewest laws that explain them all.

Each group offers the laws that its values allow. A law that many groups of unequal shapes allow within narrow rooms is
no chance; one that a single small tensor allows says little. So the score of a law is the sum, over unequal shapes,
of the logarithm of one over the room, less the logarithm of how many laws are as plausible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.importing.fit.formulas import Formula, Surroundings, limits, spreads
from winitgen.importing.fit.kinds import ERRORS, LawKind
from winitgen.importing.fit.round_numbers import cost_of, rounded, within

Scheme = str | dict[str, Any]

CERTAIN = math.log(50.0)
"""A formula needs odds of so much against chance; a number needs none."""


class Offer(NamedTuple):
    """A law that the values of a group allow: ``error`` is how far they are from it, in standard errors."""

    key: tuple[str, str]
    value: float
    init: Scheme
    fans: tuple[float, float] | None
    text: str
    cost: float
    error: float
    formula: bool


class LawGroup(NamedTuple):
    """Tensors of one role and one law: the name and the shape of the first, the kinds that no test refuses.

    ``place`` is the number of the layer, if they are all in one.
    """

    name: str
    shape: tuple[int, ...]
    kinds: Sequence[LawKind]
    around: Surroundings
    place: int | None = None


def chosen(groups: Sequence[LawGroup]) -> list[Offer]:
    """Return the law of each group."""
    offers = [{offer.key: offer for offer in reversed(list(_offers(group)))} for group in groups]
    left, accepted = set(range(len(groups))), dict[tuple[str, str], int]()
    rooms = [_room(group) for group in groups]
    while left:
        key = _best(left, offers, groups, rooms)
        own = {index for index in left if key in offers[index]}
        accepted[key] = len(own)
        left -= own
    return [_likeliest(offer, accepted) for offer in offers]


def _best(
    left: set[int],
    offers: Sequence[Mapping[tuple[str, str], Offer]],
    groups: Sequence[LawGroup],
    rooms: Sequence[float],
) -> tuple[str, str]:
    """Return the law that explains most of the groups that are left."""
    gains: dict[tuple[str, str], dict[Any, float]] = {}
    costs: dict[tuple[str, str], tuple[float, bool]] = {}
    for index in left:
        for key, offer in offers[index].items():
            gain = rooms[index] - offer.error**2 / 2 + ERRORS**2 / 4
            seen = gains.setdefault(key, {})
            place = (groups[index].shape, f"{offer.value:.6g}")
            seen[place] = max(seen.get(place, 0.0), gain)
            costs[key] = (offer.cost, offer.formula)
    scores = {
        key: math.fsum(seen.values()) - costs[key][0]
        for key, seen in gains.items()
        if not costs[key][1] or math.fsum(seen.values()) - costs[key][0] > CERTAIN
    }
    return max(scores, key=lambda key: (scores[key], key))


def _room(group: LawGroup) -> float:
    """Return the logarithm of one over the room in which a number counts as that of the values."""
    return max(0.0, -math.log(max(math.fsum(group.kinds[0].room), 1e-7)))


def _likeliest(offers: Mapping[tuple[str, str], Offer], accepted: Mapping[tuple[str, str], int]) -> Offer:
    """Return the offer of an accepted law that is nearest to the values, those of many groups preferred."""
    own = [offer for key, offer in offers.items() if key in accepted]
    return min(
        own,
        key=lambda offer: (
            offer.error**2 / 2 - math.log(accepted[offer.key]) + offer.cost / accepted[offer.key]
        ),
    )


def _offers(group: LawGroup) -> Iterator[Offer]:
    """Yield the laws that the values of a group allow, formulas first."""
    for kind in group.kinds:
        if kind.centre == 0.0:
            yield from _by_formula(group, kind)
        yield from _by_number(kind)


def _by_formula(group: LawGroup, kind: LawKind) -> Iterator[Offer]:
    """Yield the formulas whose number is within the room of the one that is seen."""
    if kind.kind == "uniform":
        found = [(formula, formula.value) for formula in limits(group.name, group.shape, group.around)]
    elif kind.kind == "normal":
        found = [
            (formula, formula.value) for formula in spreads(group.shape, group.around, "normal", group.place)
        ]
    else:
        after = kind.std / kind.number
        ending = "truncated_normal"
        found = [
            (formula, formula.value / after if formula.init else formula.value)
            for formula in spreads(group.shape, group.around, ending, group.place)
            if kind.cut == 2.0 or not formula.init
        ]
    for formula, number in found:
        error = _error(kind, number)
        if error is not None:
            yield _offer(kind, formula, number, error)


def _offer(kind: LawKind, formula: Formula, number: float, error: float) -> Offer:
    init = formula.init if formula.init is not None else scheme_of(kind, number)
    fans = formula.fans if formula.init is not None else None
    key = (_label(kind), formula.key)
    return Offer(key, number, init, fans, formula.text, formula.cost, error, formula=True)


def _by_number(kind: LawKind) -> Iterator[Offer]:
    """Yield the numbers with few digits that are within the room of the one that is seen."""
    low, high = kind.number * (1 - kind.room[0]), kind.number * (1 + kind.room[1])
    numbers = list(dict.fromkeys(within(low, high)))
    seen = rounded(kind.number, min(math.fsum(kind.room) / 12, 5e-4))
    for number in [*numbers, seen]:
        error = _error(kind, number)
        if error is not None:
            key = (_label(kind), f"{number:.17g}")
            yield Offer(key, number, scheme_of(kind, number), None, "", cost_of(number), error, formula=False)


def _label(kind: LawKind) -> str:
    return f"{kind.kind} {kind.cut:g} {kind.centre:.3g}"


def _error(kind: LawKind, number: float) -> float | None:
    """Return how far a number is from the one that is seen, in standard errors, or None if it is out of the room.

    The doubt about the kind is added as so many standard errors as are equally unlikely.
    """
    share = number / kind.number - 1.0
    room = kind.room[1] if share > 0 else kind.room[0]
    off = abs(share) / room if room else float(share != 0.0) * math.inf
    if off > 1.0:
        return None
    return math.hypot(off * ERRORS if kind.kind == "normal" else off, math.sqrt(2 * kind.doubt))


def scheme_of(kind: LawKind, number: float) -> Scheme:
    """Return the scheme of a kind with a number.

    >>> scheme_of(LawKind("uniform", 0.5, 0.5, (0.0, 0.0)), 0.5)
    {'scheme': 'uniform', 'low': 0.0, 'high': 1.0}
    """
    centre = 0.0
    if kind.centre:
        room = number * max(kind.room) * math.sqrt(2)
        centre = rounded(kind.centre, room / abs(kind.centre))
    if kind.kind == "uniform":
        low, high = _ends(kind) if kind.centre else (-number, number)
        return {"scheme": "uniform", "low": low, "high": high}
    mean = {"mean": centre} if centre else {}
    if kind.kind == "normal":
        return {"scheme": "normal", **mean, "std": number}
    cut = {} if kind.cut == 2.0 else {"bounds": kind.cut}
    return {"scheme": "truncated_normal", **mean, "std": number, **cut, "correct": False}


def _ends(kind: LawKind) -> tuple[float, float]:
    """Return the ends of a uniform that is not around 0, each with the fewest digits that its room allows.

    >>> _ends(LawKind("uniform", 0.1001, 0.1998, (1e-7, 2e-3)))
    (-0.1, 0.3)
    """
    near, far = (kind.number * share for share in (1 - kind.room[0], 1 + kind.room[1]))
    return (
        0.0 - _rounded_between(near - kind.centre, far - kind.centre),
        _rounded_between(near + kind.centre, far + kind.centre),
    )


def _rounded_between(low: float, high: float) -> float:
    """Return the number with the fewest digits between two.

    >>> _rounded_between(-0.01, 0.02), _rounded_between(0.1234, 0.1267), _rounded_between(-0.267, -0.234)
    (0.0, 0.124, -0.24)
    """
    if low <= 0 <= high:
        return 0.0
    if high < 0:
        return -_rounded_between(-high, -low)
    return next(within(low, high, popular=()), (low + high) / 2)

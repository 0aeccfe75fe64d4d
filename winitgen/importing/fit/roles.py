"""Tensors of one role: those whose names differ only in numbers, and whose shapes are equal, are judged together."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.importing.fit.choosing import LawGroup, Offer, Scheme, scheme_of
from winitgen.importing.fit.formulas import Surroundings, kernel_of, place_of
from winitgen.importing.fit.kinds import Fit, LawKind, ValueMoments, alike, fits, joined, passing, pooled
from winitgen.importing.fit.looking import IndependentDraws
from winitgen.numeric.arrays import Array

SAMPLE = 1 << 18
"""Values of a role that are tested."""


class Role(NamedTuple):
    """Tensors that have one law: the kinds that no test refuses, or ``miss``, which says by how much all miss."""

    names: Sequence[str]
    shape: tuple[int, ...]
    moments: ValueMoments
    kinds: Sequence[LawKind]
    miss: str
    around: Surroundings

    def group(self) -> LawGroup:
        """Return the role as the choice of laws sees it."""
        place = place_of(self.names[0]) if len(self.names) == 1 else None
        return LawGroup(self.names[0], self.shape, self.kinds, self.around, place)

    def plain(self, offer: Offer) -> Scheme:
        """Return the law with its number in place of a formula's name."""
        return scheme_of(self._kind(offer), offer.value)

    def words(self, offer: Offer) -> str:
        """Return the kind of a law in words, with the numbers that are seen."""
        return _law(self._kind(offer))

    def _kind(self, offer: Offer) -> LawKind:
        return next(kind for kind in self.kinds if offer.key[0].startswith(f"{kind.kind} "))

    def evidence(self, offer: Offer) -> str:
        """Return what speaks for a law, for a comment."""
        seen = self.moments
        what = (
            f"std {seen.std:.4g}" if "uniform" not in offer.key[0] else f"{seen.low:.4g} to {seen.high:.4g}"
        )
        where = f" of {len(self.names):,} tensors" if len(self.names) > 1 else ""
        formula = f"{offer.text}; " if offer.text else ""
        return f"{formula}{what} in {seen.values:,} values{where}"


def roles_of(
    drawn: Mapping[str, IndependentDraws], shapes: Mapping[str, tuple[int, ...]], around: Surroundings
) -> list[Role]:
    """Return the roles of tensors with independent values: together where they are alike, else one by one."""
    places: dict[object, list[str]] = defaultdict(list)
    for name, found in drawn.items():
        kernel = kernel_of(name, around) if len(shapes[name]) == 1 else ()
        key = re.sub(r"\d+", "#", name), shapes[name], kernel, found.sample.dtype, found.padding
        places[key].append(name)
    made = []
    for names in places.values():
        together = (
            _role(names, drawn, shapes, around) if alike([drawn[name].moments for name in names]) else None
        )
        if together is not None and together.kinds:
            made.append(together)
        else:
            made += [_role([name], drawn, shapes, around) for name in names]
    return made


def _role(
    names: Sequence[str],
    drawn: Mapping[str, IndependentDraws],
    shapes: Mapping[str, tuple[int, ...]],
    around: Surroundings,
) -> Role:
    moments = pooled([drawn[name].moments for name in names])
    share = max(64, SAMPLE // len(names))
    sample = joined([_thinned(drawn[name], share) for name in names])
    found = fits(sample, moments)
    return Role(names, shapes[names[0]], moments, passing(found), described(found[0]), around)


def _thinned(drawn: IndependentDraws, most: int) -> Array:
    return drawn.sample[:: max(1, -(-drawn.sample.size // most))]


def nearest(drawn: IndependentDraws) -> tuple[str, Fit]:
    """Return the law that is nearest to values of any kind, in words, and its tests."""
    fit = fits(drawn.sample, drawn.moments)[0]
    return _law(fit.kind), fit


def described(fit: Fit) -> str:
    """Return a law that does not fit, and by how much: "... a normal of std 0.02, but their kurtosis is 5.1, not 3"."""
    worst = min(fit.tests, key=lambda test: test.p)
    if worst.name == "distribution":
        miss = f"their distribution function is off by {worst.value:.2g}"
    elif math.isnan(worst.planned):
        miss = f"a value lies {worst.value:.1f} standard deviations from the mean"
    else:
        planned = 0.0 if abs(worst.planned) < 1e-9 else worst.planned
        miss = f"their {worst.name} is {worst.value:.3g}, not {planned:.3g}"
    return f"the nearest law is {_law(fit.kind)}, but {miss}"


def _law(kind: LawKind) -> str:
    """Return a law in words."""
    if kind.kind == "uniform":
        return f"a uniform from {kind.centre - kind.number:.4g} to {kind.centre + kind.number:.4g}"
    cut = f" cut at {kind.cut:g} sigma" if kind.cut else ""
    return f"a normal of std {kind.std:.4g}{cut}"

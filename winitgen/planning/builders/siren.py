"""SIREN: layers whose activation is sin(w0 x) (Sitzmann et al. 2020, section 3.2)."""

from __future__ import annotations

import math

from winitgen.planning.builders.fans import fan_of
from winitgen.planning.builders.spread import between
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit


def siren(request: SchemeRequest) -> DrawSpec:
    """Return U(+-1/fan_in) for the first layer, U(+-sqrt(6/fan_in)/w0) for the others."""
    w0, first = request.word("w0"), request.word("first")
    fan, text = fan_of(request, "fan_in")
    if first:
        if w0 is not None:
            raise Unfit("the first layer's spread does not depend on w0; leave it out, or 'first'")
        limit, formula = 1.0 / fan, f"limit = 1/{text}"
    else:
        if w0 is None:
            raise Unfit("the scheme siren needs w0, as in {scheme: siren, w0: 30}, or 'first: true'")
        limit, formula = math.sqrt(6.0 / fan) / w0, f"limit = sqrt(6/{text})/{w0:g}"
    return between("siren", -limit, limit)._replace(formula=f"{formula} = {limit:.4g}")

"""SIREN: layers whose activation is sin(w0 x) (Sitzmann et al. 2020, section 3.2)."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.fans import fan_of
from winitgen.catalog.schemes.options import POSITIVE, SWITCH
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.catalog.schemes.spread import between


def siren(request: SchemeRequest) -> DrawSpec:
    """Return U(+-1/fan_in) for the first layer, U(+-sqrt(6/fan_in)/w0) for the others."""
    w0, first = request.init.get("w0", float), request.option("first", bool)
    fan, text = fan_of(request, "fan_in")
    if first:
        if w0 is not None:
            raise Unfit("the spread of the first layer does not depend on w0; leave out w0 or 'first'")
        limit, formula = 1.0 / fan, f"limit = 1/{text}"
    else:
        if w0 is None:
            raise Unfit("the scheme siren needs w0, as in {scheme: siren, w0: 30}, or 'first: true'")
        limit, formula = math.sqrt(6.0 / fan) / w0, f"limit = sqrt(6/{text})/{w0:g}"
    return between("siren", -limit, limit)._replace(formula=f"{formula} = {limit:.4g}")


SIREN = Scheme(
    "siren",
    "limit = sqrt(6 / fan_in) / w0; 1 / fan_in for the first layer",
    "Sitzmann et al. 2020, 3.2",
    siren,
    {
        "w0": POSITIVE.means("Frequency of the sine; needed unless first is true"),
        "first": SWITCH.means("Whether this is the first layer, whose limit is 1 / fan_in"),
    },
    needs_one_of=("w0", "first"),
    defaults={"first": False},
)

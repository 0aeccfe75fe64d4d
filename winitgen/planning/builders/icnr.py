"""ICNR: a kernel before a pixel shuffle whose sub-pixels start equal (Aitken et al. 2017)."""

from __future__ import annotations

from winitgen.catalog.schemes import Init
from winitgen.drawing.whole.repeated import Repeated
from winitgen.planning.builders.fans import by_fans
from winitgen.planning.builders.matrices import kernel_of
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit


def icnr(request: SchemeRequest) -> DrawSpec:
    """Return the base scheme's kernel of the channels after the shuffle, each repeated for its pixels."""
    kernel = kernel_of(request, "he, or another base, by itself")
    upscale = request.word("upscale")
    times = upscale ** len(kernel.kernel_size)
    filters = kernel.rows * kernel.groups
    if filters % times:
        raise Unfit(
            f"an upscale of {upscale} makes one channel of {times} filters, and {filters} are no multiple of that; "
            "change filters or upscale"
        )
    weight = request.weight
    fan_out = None if weight.fan_out is None else weight.fan_out / times
    one = weight._replace(shape=(filters // times, *weight.shape[1:]), fan_out=fan_out)
    base = by_fans(
        request._replace(
            init=Init(
                request.word("base"),
                gain=request.init.options.get("gain"),
                gain_rule=request.init.options.get("gain_rule"),
            ),
            weight=one,
        )
    )
    size = kernel.columns
    for places in kernel.kernel_size:
        size *= places
    distribution = Repeated(base.distribution, filters // times, size, times)
    return base._replace(
        scheme="icnr", formula=f"{base.scheme}, each {times} times, {base.formula}", distribution=distribution
    )

"""ICNR: a kernel before a pixel shuffle, with equal sub-pixels at the start (Aitken et al. 2017)."""

from __future__ import annotations

from winitgen.catalog.init import Init
from winitgen.catalog.schemes.families import FAMILIES
from winitgen.catalog.schemes.fans import GAIN_OPTIONS, by_fans
from winitgen.catalog.schemes.options import COUNT, Choice
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit


def icnr(request: SchemeRequest) -> DrawSpec:
    """Return the base scheme's kernel for the channels after the shuffle, each repeated for its pixels."""
    from winitgen.catalog.schemes.matrices import kernel_of
    from winitgen.drawing.whole.repeated import Repeated

    kernel = kernel_of(request, "he, or another base, without icnr")
    if request.weight.transposed:
        raise Unfit(
            "the scheme icnr repeats the filters of a convolution, which a transposed one has on another axis; "
            "write he, or another base, without icnr"
        )
    upscale = request.option("upscale", int)
    times = upscale ** len(kernel.kernel_size)
    filters = kernel.rows * kernel.groups
    if filters % times:
        raise Unfit(
            f"an upscale of {upscale} makes one channel of {times} filters, but {filters} is not a multiple of {times}; "
            "change filters or upscale"
        )
    if kernel.rows % times:
        raise Unfit(
            f"an upscale of {upscale} makes one channel of {times} filters, but {kernel.rows} of them see the same inputs "
            f"with {kernel.groups} groups; change filters, groups or upscale"
        )
    weight = request.weight
    fan_out = None if weight.fan_out is None else weight.fan_out / times
    one = weight._replace(shape=(filters // times, *weight.shape[1:]), fan_out=fan_out)
    gains = {name: request.init.options.get(name) for name in GAIN_OPTIONS}
    row = FAMILIES[request.option("base", str)]
    base = by_fans(request._replace(init=Init(row.name, **gains), row=row, weight=one))
    size = kernel.columns
    for taps in kernel.kernel_size:
        size *= taps
    distribution = Repeated(base.distribution, filters // times, size, times)
    return base._replace(
        scheme="icnr", formula=f"{base.scheme}, each {times} times, {base.formula}", distribution=distribution
    )


ICNR = Scheme(
    "icnr",
    "the base scheme for every channel, repeated for its upscale^2 pixels",
    "Aitken et al. 2017",
    icnr,
    {
        "upscale": COUNT.means("Factor of the pixel shuffle along each axis"),
        "base": Choice(*FAMILIES).means("Scheme of the kernel after the shuffle"),
        **GAIN_OPTIONS,
    },
    needs=("upscale",),
    defaults={"base": "he"},
)

"""Blocks along one axis, each with a scheme of its own: fused projections, a table whose last rows are zero."""

from __future__ import annotations

import math
from typing import cast

from winitgen.catalog.init import Init
from winitgen.catalog.schemes.options import AXIS, BLOCK_SIZES, INITS
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.catalog.schemes.table import OF_TENSORS
from winitgen.numeric.amount import amount
from winitgen.numeric.powers import near


def _blocks(request: SchemeRequest) -> DrawSpec:
    """Return the distributions of all blocks; the fans of each are those of the whole tensor."""
    from winitgen.drawing.distributions.axis_blocks import AxisBlocks

    axis, sizes = request.option("axis", int), cast("tuple[int, ...]", request.option("sizes", tuple))
    inits = cast("tuple[Init, ...]", request.option("init", tuple))
    shape = request.weight.shape
    _check(request, axis, sizes, inits)
    parts = [_part(request, number, axis) for number in range(len(sizes))]
    distribution = AxisBlocks(shape, axis, sizes, tuple(part.distribution for part in parts))
    shares = [size / shape[axis] for size in sizes]
    mean = math.fsum(share * part.mean for share, part in zip(shares, parts, strict=True))
    offsets = [part.mean - mean for part in parts]
    scale = near(max(max(part.std, abs(offset)) for part, offset in zip(parts, offsets, strict=True)))
    square = math.fsum(  # of values near 1, since a square may be beyond float64
        share * ((part.std / scale) ** 2 + (offset / scale) ** 2)
        for share, part, offset in zip(shares, parts, offsets, strict=True)
    )
    formula = ", ".join(f"{size} {_shown(part)}" for size, part in zip(sizes, parts, strict=True))
    return DrawSpec("blocks", formula, distribution, mean, math.sqrt(square) * scale, tuple(parts))


def _shown(part: DrawSpec) -> str:
    return f"{part.scheme} ({part.formula})" if part.formula else part.scheme


def _check(request: SchemeRequest, axis: int, sizes: tuple[int, ...], inits: tuple[Init, ...]) -> None:
    """Raise `Unfit` unless the blocks fill the axis, each with one scheme."""
    shape = request.weight.shape
    if axis >= len(shape):
        axes = f"the axes 0 to {len(shape) - 1}" if len(shape) > 1 else "the axis 0" if shape else "no axes"
        raise Unfit(f"{request.what} of the shape {list(shape)} has {axes}, but axis is {axis}")
    if len(sizes) != len(inits):
        raise Unfit(
            f"{amount(len(sizes), 'size needs', 'sizes need')} as many schemes in init, but there {'is' if len(inits) == 1 else 'are'} {len(inits)}"
        )
    if sum(sizes) != shape[axis]:
        raise Unfit(
            f"the sizes add up to {sum(sizes):,}, but axis {axis} of {request.what} has {shape[axis]:,}; "
            "change one of them"
        )


def _part(request: SchemeRequest, number: int, axis: int) -> DrawSpec:
    """Return one block, drawn as a tensor of its own; raise `Unfit` that names it if its scheme does not suit it."""
    sizes = cast("tuple[int, ...]", request.option("sizes", tuple))
    init = cast("tuple[Init, ...]", request.option("init", tuple))[number]
    weight = request.weight
    shape = (*weight.shape[:axis], sizes[number], *weight.shape[axis + 1 :])
    own = weight._replace(shape=shape, gates=1, groups=min(weight.groups, 1))
    try:
        if init.scheme == "auto" or init.scheme not in OF_TENSORS:
            raise Unfit(f"{init.scheme} is for a whole tensor; name another scheme")
        row = OF_TENSORS[init.scheme]
        return row.build(request._replace(init=init, row=row, weight=own))
    except Unfit as unfit:
        raise Unfit(f"block {number}: {unfit}") from None


BLOCKS = Scheme(
    "blocks",
    "block after block along an axis, each by a scheme of its own",
    "",
    _blocks,
    {
        "axis": AXIS.means("Axis along which the blocks lie"),
        "sizes": BLOCK_SIZES.means("Size of each block along the axis"),
        "init": INITS.means("Scheme of each block"),
    },
    needs=("sizes", "init"),
    defaults={"axis": 0},
    whole=True,
)

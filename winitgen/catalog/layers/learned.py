"""Base class of layers that are one learned tensor in the flow, such as a scale or a class token."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import MOST_AXES, Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Size
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount

StoredShape = Annotated[
    tuple[Size, ...],
    Meta(
        max_length=MOST_AXES,
        description=f"a list of at most {MOST_AXES} whole numbers of at least 1; [] for a scalar",
    ),
]


class Learned(Layer, frozen=True, kw_only=True):
    """One tensor, whose id and whose name in a file are the layer's path; ``defaults`` do not reach it."""

    transparent: ClassVar[bool] = True
    start: ClassVar[Init]
    """What ``auto`` means for the tensor."""

    shape: Annotated[StoredShape | None, meanings.STORED_SHAPE] = None
    init: Annotated[Init | None, "Scheme of the tensor; if absent, as in the preset"] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None

    def tensor(self, sizes: tuple[int, ...]) -> list[Weight]:
        """Return the tensor, stored with ``shape`` if it is given, else with ``sizes``."""
        shape = sizes if self.shape is None else self.shape
        return [Weight(self.type, shape, "init", auto=self.start, bare=True)]


def check_shape(shape: tuple[int, ...] | None, sizes: tuple[int, ...]) -> None:
    """Raise `Refusal` if ``shape`` is given and does not hold as many values as ``sizes``."""
    count = math.prod(sizes)
    if shape is not None and math.prod(shape) != count:
        raise Refusal(
            "shape",
            f"{Flow(shape)} holds {amount(math.prod(shape), 'value')}, but there {'is' if count == 1 else 'are'} {count}; "
            f"write a shape of {count}, or leave it out",
        )

"""A parameter that a layer needs."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog.init import Init


class Weight(NamedTuple):
    """A parameter that a layer needs, before anything is decided about its values.

    ``part`` is the segment of the path below the layer's own, for a layer with several parts.
    ``init_key`` is the option of the layer that says how it is drawn: ``init``, ``bias_init``, or empty for
    a buffer, which no option and no rule reaches. ``auto`` is what ``auto`` means for it; None means
    that the activation decides. ``zeroed`` is a range of elements (first, end) that is always zero.
    ``gates`` is the number of gates stacked along the first axis: each is a matrix of its own, with the
    fans stated. A fan is a whole number, or a mean
    such as 13.5 if outputs differ in what they see. ``groups`` are those of a convolution's kernel, stacked
    along its first axis; 0 for any other parameter. ``transposed`` says that a convolution's kernel has its inputs
    on that axis, and its filters on the second. ``bare`` says that its id, and its name in a file, are the
    path alone, without the role.
    """

    role: str
    shape: tuple[int, ...]
    init_key: str
    fan_in: float | None = None
    fan_out: float | None = None
    auto: Init | None = None
    dtype: str | None = None
    zeroed: tuple[int, int] | None = None
    part: str = ""
    gates: int = 1
    groups: int = 0
    bare: bool = False
    transposed: bool = False

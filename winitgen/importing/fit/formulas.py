"""The numbers that the initializations of libraries would give a tensor, each with its name."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Scheme = str | dict[str, Any]

CORE, FURTHER = math.log(8.0), math.log(80.0)
"""The logarithm of how many formulas are tried: a chance agreement is that many times as likely."""

DEPTH_STDS = (0.02, 0.01, 0.006, 0.1, 0.05, 0.0134, 0.018042, 0.03, 0.04)
"""Standard deviations that models divide by a root of their depth."""

_STACK = re.compile(r"(?:^|\.)(\d{1,9})(?=\.|$)")
"""The number of a layer in a name; one of more digits counts nothing."""


class Formula(NamedTuple):
    """A number by a formula: ``key`` is the same in every tensor; ``init`` the scheme, if one has this name.

    ``text`` is the formula for a comment; ``cost`` the logarithm of how many others are as plausible.
    """

    key: str
    value: float
    text: str
    cost: float
    init: Scheme | None = None
    fans: tuple[float, float] | None = None


class Surroundings(NamedTuple):
    """What a formula may refer to: the shapes of all tensors, the commonest size, and the lengths of the stacks."""

    shapes: Mapping[str, tuple[int, ...]]
    width: int
    depths: tuple[int, ...]


def surroundings_of(shapes: Mapping[str, tuple[int, ...]]) -> Surroundings:
    """Return what formulas may refer to in a model with these tensors."""
    sizes = Counter(size for shape in shapes.values() for size in shape if size > 1)
    stacks: dict[str, int] = {}
    for name in shapes:
        for match in _STACK.finditer(name):
            prefix = re.sub(r"\d+", "#", name[: match.start()])
            stacks[prefix] = max(stacks.get(prefix, 0), int(match[1]) + 1)
    depths = tuple(sorted({length for length in stacks.values() if length > 1}, reverse=True))
    return Surroundings(shapes, sizes.most_common(1)[0][0] if sizes else 0, depths[:3])


def fans_of(shape: Sequence[int]) -> Iterator[tuple[str, float, float]]:
    """Yield fan_in and fan_out of a kernel, as PyTorch orders its axes and as Keras and Flax do."""
    if len(shape) < 2:
        return
    taps = math.prod(shape[2:])
    yield "out first", float(shape[1] * taps), float(shape[0] * taps)
    taps = math.prod(shape[:-2])
    yield "out last", float(shape[-2] * taps), float(shape[-1] * taps)


def spreads(
    shape: tuple[int, ...], around: Surroundings, ending: str, place: int | None = None
) -> Iterator[Formula]:
    """Yield standard deviations; ``ending`` is that of the schemes, such as ``normal``, ``place`` the layer's number."""
    for order, fan_in, fan_out in fans_of(shape):
        fans = (fan_in, fan_out)
        yield Formula("xavier", math.sqrt(2 / (fan_in + fan_out)), "Xavier", CORE, f"xavier_{ending}", fans)
        yield Formula(f"he, {order}", math.sqrt(2 / fan_in), "He", CORE, f"he_{ending}", fans)
        yield Formula(f"lecun, {order}", math.sqrt(1 / fan_in), "LeCun", CORE, f"lecun_{ending}", fans)
        scheme = {"scheme": f"he_{ending}", "mode": "fan_out"}
        yield Formula(f"he by fan_out, {order}", math.sqrt(2 / fan_out), "He by fan_out", CORE, scheme, fans)
        uncut = 1 / math.sqrt(fan_in) / 0.87962566103423978
        yield Formula(
            f"lecun uncut, {order}", uncut, "LeCun corrected for a cut: sqrt(1 / fan_in) / 0.8796", FURTHER
        )
        small = math.sqrt(2 / (5 * fan_in))
        yield Formula(f"small, {order}", small, "sqrt(2 / (5 fan_in))", FURTHER)
    yield from _by_size(shape, around)
    yield from _by_depth(place, around)


def limits(name: str, shape: tuple[int, ...], around: Surroundings) -> Iterator[Formula]:
    """Yield the ends of uniforms around 0."""
    for order, fan_in, fan_out in fans_of(shape):
        fans = (fan_in, fan_out)
        yield Formula("xavier", math.sqrt(6 / (fan_in + fan_out)), "Xavier", CORE, "xavier_uniform", fans)
        yield Formula(f"he, {order}", math.sqrt(6 / fan_in), "He", CORE, "he_uniform", fans)
        yield Formula(f"lecun, {order}", math.sqrt(3 / fan_in), "LeCun", CORE, "lecun_uniform", fans)
        yield Formula(
            f"1/sqrt(fan_in), {order}", 1 / math.sqrt(fan_in), "1/sqrt(fan_in), PyTorch's default", CORE
        )
    for order, fan_in, _ in fans_of(kernel_of(name, around)):
        text = "1/sqrt(fan_in) of its kernel, PyTorch's default"
        yield Formula(f"1/sqrt(fan_in), {order}", 1 / math.sqrt(fan_in), text, CORE)
    for gates in (3, 4, 1):
        if shape and shape[0] % gates == 0:
            units = shape[0] // gates
            text = f"1/sqrt({units}), PyTorch's default for recurrent layers"
            yield Formula(f"1/sqrt(units), {gates}", 1 / math.sqrt(units), text, CORE)
    yield from _by_size(shape, around)


def kernel_of(name: str, around: Surroundings) -> tuple[int, ...]:
    """Return the shape of the kernel beside a bias, or no axes."""
    for bias, kernel in (("bias", "weight"), ("bias", "kernel"), ("vars.1", "vars.0")):
        if bias in name and (head := name.rpartition(bias))[1]:
            shape = around.shapes.get(f"{head[0]}{kernel}{head[2]}")
            if shape is not None and 0 not in shape:  # one without values has no fans
                return shape
    return ()


def _by_size(shape: tuple[int, ...], around: Surroundings) -> Iterator[Formula]:
    """Yield 1 / sqrt(n) for the sizes of the tensor and for the width of the model."""
    for axis in dict.fromkeys((len(shape) - 1, 0)):
        if shape and shape[axis] > 1:
            place = "the last axis" if axis else "the first axis"
            yield Formula(
                f"1/sqrt({place})", 1 / math.sqrt(shape[axis]), f"1/sqrt({shape[axis]}), {place}", FURTHER
            )
    if around.width > 1:
        yield Formula(
            "1/sqrt(width)", 1 / math.sqrt(around.width), f"1/sqrt({around.width}), the width", FURTHER
        )


def place_of(name: str) -> int | None:
    """Return the number of the layer that a tensor is in, or None.

    >>> place_of("h.3.mlp.weight"), place_of("head.weight")
    (3, None)
    """
    match = _STACK.search(name)
    return int(match[1]) if match else None


def _by_depth(place: int | None, around: Surroundings) -> Iterator[Formula]:
    """Yield standard deviations over a root of the number of layers, or of the layer's own number."""
    for std in DEPTH_STDS:
        for depth in around.depths:
            value = std / math.sqrt(2 * depth)
            cost = CORE if std == DEPTH_STDS[0] else FURTHER
            yield Formula(f"{std:g}/sqrt(2 L)", value, f"{std:g}/sqrt(2 L), L = {depth} layers", cost)
        if place is not None:
            for factor, text in ((2, f"{std:g}/sqrt(2 (i + 1))"), (1, f"{std:g}/sqrt(i + 1)")):
                value = std / math.sqrt(factor * (place + 1))
                yield Formula(text, value, f"{text} in layer i", FURTHER)
    width = around.width
    for depth in around.depths if width else ():
        yield Formula("1/sqrt(2 L width)", 1 / math.sqrt(2 * depth * width), "1/sqrt(2 L width)", FURTHER)
        yield Formula("2/(L sqrt(width))", 2 / (depth * math.sqrt(width)), "2/(L sqrt(width))", FURTHER)

"""What each operation of PyTorch that fills or scales a tensor does to its law."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from winitgen.importing.trace.laws import TensorLaw, constant, integers, normal, truncated, uniform
from winitgen.importing.trace.steps import TracedStep
from winitgen.importing.trace.views import View

COPIES = {
    "clone",
    "_to_copy",
    "lift_fresh",
    "lift_fresh_copy",
    "contiguous",
    "_unsafe_view",
    "detach",
    "repeat",
}
"""Operations that return the values of their first operand."""

JOINS = {"cat", "stack"}
"""Operations that return the values of all operands in a list."""

SCALINGS = {
    "mul",
    "mul_",
    "div",
    "div_",
    "add",
    "add_",
    "sub",
    "sub_",
    "neg",
    "neg_",
    "erfinv_",
    "clamp_",
    "log",
    "log_",
}
"""Operations that do to each value what `scaled` says."""

FACTORIES = {
    "randn": normal(0, 1),
    "randn_like": normal(0, 1),
    "rand": uniform(0, 1),
    "rand_like": uniform(0, 1),
    "zeros": constant(0),
    "zeros_like": constant(0),
    "new_zeros": constant(0),
    "ones": constant(1),
    "ones_like": constant(1),
    "new_ones": constant(1),
}
"""Operations that make a tensor, by the law of its values."""

FILLS = {"fill_": 1, "full": 1, "full_like": 1, "new_full": 2, "scalar_tensor": 0}
"""Operations that fill a tensor with one value, by the place of the value among the operands."""

DRAWS: dict[str, tuple[Callable[..., TensorLaw], dict[str, float]]] = {
    "normal_": (normal, {"mean": 0.0, "std": 1.0}),
    "uniform_": (uniform, {"from": 0.0, "to": 1.0}),
    "truncated_normal": (truncated, {"mean": 0.0, "std": 1.0, "a": -2.0, "b": 2.0}),
    "orthogonal": (lambda gain: TensorLaw("orthogonal", (gain,)), {"gain": 1.0}),
}
"""Operations that fill a tensor with random values: the law of their numbers, and these with their defaults."""


def is_random(step: TracedStep) -> bool:
    """Return whether an operation takes random numbers."""
    from torch import Tag

    return step.name in DRAWS or Tag.nondeterministic_seeded in getattr(step.function, "tags", ())


WHOLE = {"randint": 0, "randint_like": 1, "random_": 1}
"""Operations that draw whole numbers, by the place of their first end among the operands."""


Reader = Callable[[View], float | None]
"""Gives the one value of a tensor whose elements are all the same, or None."""


def filled(step: TracedStep, read: Reader) -> TensorLaw | None:
    """Return the law by which an operation fills a tensor; None for one that copies, scales or is not known.

    The numbers are those that the library computed, in float64.
    """
    if step.name in DRAWS:
        law, defaults = DRAWS[step.name]
        return law(*_named(step.operands[1:], step, **defaults))
    if step.name in FILLS:
        value = step.operands[FILLS[step.name]]
        number = read(value) if isinstance(value, View) else float(value)
        return None if number is None else constant(number)
    if step.name in WHOLE:
        return _whole_numbers(step)
    return constant(0) if step.name == "zero_" else None


def _whole_numbers(step: TracedStep) -> TensorLaw | None:
    """Return the law of whole numbers below one end, or between two; None if the number format decides the ends."""
    stated = ("low", "from", "high", "to")
    options = [step.options[name] for name in stated if name in step.options]
    ends = [*step.operands[WHOLE[step.name] :][:2], *options][:2]
    numbers = [end for end in ends if isinstance(end, int) and not isinstance(end, bool)]
    if not numbers or any(isinstance(end, View) for end in ends):
        return None
    return integers(*numbers) if len(numbers) == 2 else integers(0, numbers[0])


def _named(numbers: tuple[Any, ...], step: TracedStep, **defaults: float) -> list[float]:
    """Return the operands of an operation by their order, or by their names, or else their defaults."""
    given = dict(zip(defaults, numbers, strict=False))
    return [float(given.get(key, step.options.get(key, value))) for key, value in defaults.items()]


def scaled(step: TracedStep, law: TensorLaw, read: Reader) -> TensorLaw | None:
    """Return the law after an operation on each value; None if it has no name."""
    name = step.name.removesuffix("_")
    if name == "neg":
        return law.affine(-1)
    if name in {"erfinv", "log"}:
        return law.inverse_erf() if name == "erfinv" else law.logarithm()
    if name == "clamp":
        low, high = ([*step.operands[1:], None, None])[:2]
        return law.clamped(float("-inf") if low is None else low, float("inf") if high is None else high)
    return _moved(step, name, law, read)


def _moved(step: TracedStep, name: str, law: TensorLaw, read: Reader) -> TensorLaw | None:
    """Return the law after a sum, a product or a quotient with one number; None for another operand."""
    first, other = step.operands[0], step.operands[1]
    number = read(other) if isinstance(other, View) else float(other)
    if number is None or not isinstance(first, View) or step.options.get("rounding_mode"):
        return None
    if name in {"mul", "div"}:
        factor = number if name == "mul" else 1 / number if number else math.nan
        return None if math.isnan(factor) else law.affine(factor)
    shift = float(step.options.get("alpha", 1)) * number
    return law.affine(1, shift if name == "add" else -shift)

"""From a scheme, the fans and the activation to a distribution with its numbers.

A scheme's row names the function that builds it, one of ``builders/``. Every number that reaches a
file is computed with ``math.sqrt`` and the four operations alone, at 50 digits, or recorded: other
functions differ between machines in their last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.layer import Weight
from winitgen.catalog.schemes import SCHEMES, Init
from winitgen.numeric.dtypes import DType
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit, written

__all__ = ["DrawSpec", "Unfit", "choose", "written"]

Builder = Callable[[SchemeRequest], DrawSpec]

DRAWABLE = {"float32": (1e-25, 1e30), "float64": (1e-290, 1e290)}
"""The spreads that a drawing precision can hold with all its digits."""


def choose(init: Init, weight: Weight, activation: Applied, default: str, dtype: DType) -> DrawSpec:
    """Return how ``weight`` is drawn; ``default`` is the distribution of names without an ending.

    Raises `Unfit` where the scheme needs what the parameter or the number format does not have.
    """
    choice = builder_of(init.scheme)(SchemeRequest(init, weight, activation, default))
    check_range(choice, dtype)
    return choice


def builder_of(scheme: str) -> Builder:
    """Return the function that the scheme's row names; its module is imported by the first that asks."""
    module, _, function = SCHEMES[scheme].builder.partition(".")
    return cast("Builder", getattr(import_module(f"winitgen.planning.builders.{module}"), function))


def check_range(choice: DrawSpec, dtype: DType) -> None:
    """Raise `Unfit` where the values would not keep their digits, or not fit the number format."""
    reach, width = choice.distribution.extent
    smallest, largest = DRAWABLE[dtype.drawn_in]
    if width is not None and not smallest <= width <= largest:
        raise Unfit(
            f"a spread of {width:.4g} is outside {smallest:g} to {largest:g}, what {dtype.name} is drawn in"
        )
    vanishing = dtype.smallest / 2
    spread = reach if width is None else width
    if 0 < spread < vanishing and abs(choice.mean) < vanishing:
        what = f"a value of {choice.mean:.4g}" if width is None else f"a spread of {width:.4g}"
        raise Unfit(
            f"{what} rounds to zero in {dtype.name}, whose smallest number is {dtype.smallest:.4g}; "
            "write zeros, a larger one, or another dtype"
        )
    if not reach <= dtype.largest:
        raise Unfit(
            f"values up to {reach:.4g} do not fit {dtype.name}, whose largest number is {dtype.largest:.4g}"
        )

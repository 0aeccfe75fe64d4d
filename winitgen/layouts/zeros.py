"""Zeros for parameters that a framework's module has and the spec does not."""

from __future__ import annotations

from winitgen.drawing.distributions.constant import Constant
from winitgen.planning.plan import Parameter


def zeros_like(parameter: Parameter, role: str, shape: tuple[int, ...]) -> Parameter:
    """Return a parameter of ``shape`` that is all zeros, with the path and the dtype of another."""
    return parameter._replace(
        id=f"{parameter.path}/{role}",
        role=role,
        shape=shape,
        distribution=Constant(0.0),
        scheme="zeros",
        formula="",
        mean=0.0,
        std=0.0,
        why="layout",
        zeroed=None,
    )

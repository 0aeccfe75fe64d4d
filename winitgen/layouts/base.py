"""What a layout is: how a framework names the parameters of a model.

A layout is one module of this package with a ``LAYOUT``, found by looking. The numbers are the same
in every layout; names, the order of axes, and what is stored together are the layout's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.planning.plan import Parameter

if TYPE_CHECKING:
    import numpy as np

    from winitgen.workspace import Workspace


class Tensor(NamedTuple):
    """One named array of the file, with the parameter whose values it holds."""

    name: str
    parameter: Parameter

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape in the file."""
        return self.parameter.shape

    @property
    def dtype(self) -> str:
        """The number format in the file."""
        return self.parameter.dtype

    def draw(self, start: int, count: int, workspace: Workspace) -> np.ndarray[Any, Any]:
        """Return elements ``start`` to ``start + count`` in C order, valid until the next call."""
        from winitgen.draw import draw

        return draw(self.parameter, start, count, workspace)


class Layout(NamedTuple):
    """One layout; ``framework`` is its name in the safetensors metadata key ``format``."""

    name: str
    framework: str
    summary: str
    tensors: Callable[[tuple[Parameter, ...]], list[Tensor]]

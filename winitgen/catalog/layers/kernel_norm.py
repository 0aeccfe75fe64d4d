"""Kernels that a layer normalises before it uses them: weight normalization and spectral normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.kinds import Index

MEANING = "Norm by which the kernel is divided before it is used; if absent, none"


class KernelNorm(msgspec.Struct, frozen=True, kw_only=True):
    """How a kernel is normalised, and how its parts are named in the torch layout."""

    type: Annotated[
        Literal["weight_norm", "spectral_norm"],
        Meta(description="weight_norm or spectral_norm"),
        "By the length of each output's kernel, or by the largest singular value",
    ]
    axis: Annotated[
        Index | None,
        "Axis of the kernel with a length or a row of its own for each index; if absent, as in PyTorch",
    ] = None
    names: Annotated[
        Literal["parametrizations", "hooks"],
        Meta(description="parametrizations or hooks"),
        "Names of the parts, those of torch.nn.utils.parametrizations, or those of torch.nn.utils, weight_g and so on",
    ] = "parametrizations"


NormOfKernel = Annotated[
    KernelNorm,
    Meta(description="weight_norm or spectral_norm, or a mapping such as {type: weight_norm, axis: 2}"),
]


class NormedKernel:
    """What layers share whose kernel can be normalised."""

    __slots__ = ()
    spectral_axis: ClassVar[int] = 0
    """The axis of a kernel that PyTorch takes for the rows of a matrix: that of the outputs."""

    if TYPE_CHECKING:  # each family has the field at another position in its order
        kernel_norm: NormOfKernel | None

    def norm_axis(self, rank: int) -> int:
        """Return the axis of a kernel of ``rank`` axes that its norm keeps; raise `Refusal` if it has no such axis."""
        norm = self.kernel_norm
        assert norm is not None
        axis = self.spectral_axis if norm.type == "spectral_norm" else 0
        axis = axis if norm.axis is None else norm.axis
        if axis >= rank:
            message = f"this kernel has the axes 0 to {rank - 1}, and no axis {axis}"
            raise Refusal("kernel_norm", message)
        return axis


def is_normed(layer: object) -> bool:
    """Return whether a layer has a kernel that is normalised."""
    return isinstance(layer, NormedKernel) and layer.kernel_norm is not None

"""The matrix or convolution kernel that a weight is, for schemes that need one; others are refused."""

from __future__ import annotations

import math
from typing import NamedTuple

from winitgen.catalog.schemes.scheme import SchemeRequest, Unfit


class Matrix(NamedTuple):
    """``gates`` matrices of ``rows`` outputs and ``columns`` inputs; the taps of a kernel count as inputs."""

    gates: int
    rows: int
    columns: int

    def __str__(self) -> str:
        each = f"{self.rows}x{self.columns}"
        return each if self.gates == 1 else f"{self.gates} gates of {each}"


class ConvKernel(NamedTuple):
    """A convolution's kernel: ``rows`` by ``columns`` channels in each of ``groups``, and the kernel size."""

    groups: int
    rows: int
    columns: int
    kernel_size: tuple[int, ...]


def matrix_of(request: SchemeRequest) -> Matrix:
    """Return the matrix that the weight is, flattened to (first axis, the rest), gate by gate.

    Raises `Unfit` if the weight is a vector or a scalar.
    """
    weight = request.weight
    shape = weight.shape
    if weight.role.endswith("bias") and len(shape) == 2:
        shape = shape[1:]  # a bias for each gate
    if len(shape) < 2:
        text = f"of {shape[0]} numbers" if shape else "of one number"
        raise Unfit(
            f"the scheme {request.row.name} needs a matrix, but {request.what} is a vector {text}; "
            "write zeros, ones, constant or normal"
        )
    stacked = weight.role and not weight.groups and len(shape) == 3
    gates, shape = (shape[0], shape[1:]) if stacked else (1, shape)
    return Matrix(gates, shape[0], math.prod(shape[1:]))


def plain_matrix_of(request: SchemeRequest, instead: str) -> Matrix:
    """Return the matrix of a layer without spatial axes; ``instead`` is the scheme for a convolution."""
    weight = request.weight
    if weight.groups or (not weight.role and len(weight.shape) > 2):
        shape = "x".join(str(size) for size in weight.shape)
        raise Unfit(
            f"the scheme {request.row.name} needs a matrix, but {request.what} has the shape {shape}; write {instead}"
        )
    return matrix_of(request)


def kernel_of(request: SchemeRequest, instead: str) -> ConvKernel:
    """Return the kernel of a convolution; ``instead`` is the scheme for a layer without spatial axes."""
    weight = request.weight
    groups = weight.groups or int(not weight.role and len(weight.shape) > 2)
    if not groups:
        shape = "x".join(str(size) for size in weight.shape)
        raise Unfit(
            f"the scheme {request.row.name} needs a convolution, but {request.what} has the shape {shape}; "
            f"write {instead}"
        )
    rows, columns, *kernel_size = weight.shape
    return ConvKernel(groups, rows // groups, columns, tuple(kernel_size))

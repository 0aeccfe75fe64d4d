"""Parameters that follow from a kernel: those of weight normalization and of spectral normalization."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.kernel_norm import KernelNorm, NormedKernel
from winitgen.drawing import keystream
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.dirac import Dirac
from winitgen.drawing.whole.identity import Identity
from winitgen.drawing.whole.normed import KernelDraw, KernelLengths, SingularVector
from winitgen.planning.flow import Step
from winitgen.planning.plan import Parameter, PlannedLayer
from winitgen.planning.sound_norms import check_lengths, check_singular
from winitgen.spec.mistakes import Mistakes


def with_derived(
    steps: Sequence[Step], layers: Sequence[PlannedLayer], seed: int, mistakes: Mistakes
) -> list[PlannedLayer]:
    """Return the layers, those with ``kernel_norm`` with the parameters that follow from their kernels."""
    return [_with_derived(*pair, seed, mistakes) for pair in zip(steps, layers, strict=True)]


def _with_derived(step: Step, layer: PlannedLayer, seed: int, mistakes: Mistakes) -> PlannedLayer:
    kind = layer.layer
    if not isinstance(kind, NormedKernel) or kind.kernel_norm is None:
        return layer
    try:
        parameters = [*_derived(kind, kind.kernel_norm, layer.parameters, seed)]
        omitted = [*_derived(kind, kind.kernel_norm, layer.omitted, seed)]
    except Refusal as refusal:
        mistakes.add(step.location.of(refusal.key), refusal.message)
        return layer
    return layer._replace(parameters=(*layer.parameters, *parameters), omitted=(*layer.omitted, *omitted))


def _derived(
    kind: NormedKernel, norm: KernelNorm, parameters: Sequence[Parameter], seed: int
) -> Iterator[Parameter]:
    """Yield what follows from each kernel; raise `Refusal` for a kernel that cannot be normalised."""
    for kernel in parameters:
        if kernel.role != "kernel":
            continue
        if kernel.mean == 0 and kernel.std == 0:
            raise Refusal(
                "kernel_norm",
                f"{norm.type} divides by 0 where the kernel is {kernel.scheme}; choose another scheme",
            )
        axis = kind.norm_axis(len(kernel.shape))
        drawn = KernelDraw(kernel.distribution, kernel.key, kernel.shape, kernel.dtype, kernel.zeroed)
        if norm.type == "weight_norm":
            yield _lengths(kernel, drawn, axis)
        else:
            yield from _singular_vectors(kernel, drawn, axis, seed)


def _lengths(kernel: Parameter, drawn: KernelDraw, axis: int) -> Parameter:
    """Return g of weight normalization: the lengths of a kernel along an axis (Salimans & Kingma 2016)."""
    if _has_empty_rows(kernel, axis):
        raise Refusal(
            "kernel_norm",
            f"weight_norm divides by 0 along axis {axis}, as {kernel.scheme} leaves it empty in places; choose "
            "another scheme",
        )
    if kernel.zeroed is not None and axis == 0:
        raise Refusal(
            "kernel_norm",
            "weight_norm divides by 0 along axis 0, as the row of padding_index is 0; leave out one of them",
        )
    lengths = KernelLengths(drawn, axis)
    check_lengths(kernel, lengths)
    shape = tuple(size if index == axis else 1 for index, size in enumerate(kernel.shape))
    mean = math.sqrt(kernel.size // kernel.shape[axis] * (kernel.std**2 + kernel.mean**2))
    parameter = _parameter(kernel, "g", shape, "weight_norm", f"|v| along axis {axis}")
    return parameter._replace(distribution=lengths, mean=mean, std=kernel.std * math.sqrt(_spread(kernel)))


def _spread(kernel: Parameter) -> float:
    """Return the variance of the length of many values around 0, in variances of one: (kurtosis - 1) / 4, 1/2 for normals."""
    if isinstance(kernel.distribution, Constant | Identity | Dirac):
        return 0.0
    return 0.2 if isinstance(kernel.distribution, Uniform) else 0.5


def _singular_vectors(kernel: Parameter, drawn: KernelDraw, axis: int, seed: int) -> Iterator[Parameter]:
    """Yield u and v of spectral normalization: the leading singular vectors (Miyato et al. 2018)."""
    start = keystream.key(seed, kernel.key.hex(), "singular")  # that of a copy too
    rows = kernel.shape[axis]
    for role, size, which in (("u", rows, "left"), ("v", kernel.size // rows, "right")):
        parameter = _parameter(kernel, role, (size,), "spectral_norm", f"{which} singular vector")
        vector = SingularVector(drawn, axis, role == "u", start)
        if role == "u":
            check_singular(kernel, vector)
        yield parameter._replace(distribution=vector, mean=0.0, std=1 / math.sqrt(size))


def _has_empty_rows(kernel: Parameter, axis: int) -> bool:
    """Return whether the elements of a kernel at one index of an axis are all zero, by its scheme alone."""
    if kernel.scheme not in ("identity", "dirac", "delta_orthogonal"):
        return False
    if axis > 1:  # only the tap in the middle is not 0
        return kernel.shape[axis] > 1
    groups = kernel.distribution.groups if isinstance(kernel.distribution, Dirac) else 1
    rows, columns = kernel.shape[0] // groups, kernel.shape[1]
    return kernel.scheme != "delta_orthogonal" and (rows > columns if axis == 0 else columns > rows)


def _parameter(kernel: Parameter, role: str, shape: tuple[int, ...], scheme: str, formula: str) -> Parameter:
    """Return a parameter like the kernel, of another shape, with a role of its own."""
    return kernel._replace(
        id=f"{kernel.path}/{role}",
        role=role,
        shape=shape,
        fan_in=None,
        fan_out=None,
        scheme=scheme,
        formula=formula,
        why=f"from {kernel.id}",
        zeroed=None,
    )

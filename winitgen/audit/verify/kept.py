"""Checks the values that a plan takes from a file, by their digests: that file is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from winitgen.audit.matching import PlannedArray
from winitgen.audit.true_arrays import true_array
from winitgen.drawing.distributions.file_values import FileValues
from winitgen.files.value_digest import digest_of
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.scratch import Workspace

if TYPE_CHECKING:
    from winitgen.files.digests import TensorDigest
    from winitgen.numeric.arrays import Array


def is_kept(tensor: Tensor) -> bool:
    """Tell whether a tensor has the values of a file, and of nothing else."""
    return (
        tensor.as_drawn
        and len(tensor.parameters) == 1
        and isinstance(tensor.parameters[0].distribution, FileValues)
    )


def changed_values(pair: PlannedArray, container: str, observers: Sequence[TensorDigest] = ()) -> str:
    """Return how the values of an array differ from those that the plan takes from a file; empty if they do not.

    The observers see the values. Raises `UnreadableError` if they cannot be read.
    """
    workspace = Workspace()

    def see(start: int, values: Array) -> None:
        for observer in observers:
            observer.see(start, values, workspace)

    wanted = pair.tensor.parameters[0].distribution
    assert isinstance(wanted, FileValues)
    found = digest_of(true_array(pair, container), see)
    if found.sha256 == wanted.sha256:
        return ""
    return (
        f"{pair.tensor.name} has not the values of '{wanted.tensor}' from {wanted.path}: their sha256 is "
        f"{found.sha256}, not {wanted.sha256}"
    )

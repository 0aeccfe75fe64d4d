"""The library's function that opens a model as a checkpoint, and the checkpoint."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.checkpoint.boxes import read_box
from winitgen.checkpoint.frameworks import converter
from winitgen.checkpoint.slices import TensorSlice
from winitgen.errors import UsageError
from winitgen.files.bound_plan import bound
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.load import Source, plan
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.plan import Plan
from winitgen.spec.mistakes import suggest
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array


def open(  # noqa: A001  # as the name of what it opens: winitgen.open beside safe_open
    spec: ModelSpec | Source | Plan,
    *,
    framework: str = "np",
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> Checkpoint:
    """Open a model as a checkpoint whose tensors are drawn as they are read, to the bits of the file of `write`.

    ``framework`` is what tensors are returned as: ``"np"``, ``"pt"`` or ``"jax"``.
    """
    convert = converter(arguments.text("framework", framework))
    return Checkpoint(plan(spec, seed=seed, dtype=dtype, layout=layout), convert)


class Checkpoint:
    """A read-only checkpoint, with the methods of safetensors' ``safe_open``; threads may share it."""

    def __init__(self, planned: Plan, convert: Any) -> None:
        self._convert = convert
        self._files = ExitStack()
        self.plan = self._files.enter_context(bound(planned)).plan
        self.tensors = {tensor.name: tensor for tensor in tensors(self.plan)}

    def keys(self) -> list[str]:
        """Return the names of all tensors, in the order of the spec."""
        return list(self.tensors)

    def metadata(self) -> dict[str, str]:
        """Return the metadata that a safetensors file of the model has: the framework, and the recipe."""
        return metadata(self.plan)

    def get_shape(self, name: str) -> list[int]:
        """Return the shape of a tensor."""
        return list(self._tensor(name).shape)

    def get_dtype(self, name: str) -> str:
        """Return the number format of a tensor, by its name in safetensors, such as ``"F32"``."""
        return DTYPES[self._tensor(name).dtype].safetensors

    def get_tensor(self, name: str) -> Any:
        """Return a whole tensor."""
        return self.get_slice(name)[...]

    def get_slice(self, name: str) -> TensorSlice:
        """Return what draws the parts of a tensor for which it is indexed."""
        return TensorSlice(self._tensor(name), self.read, self._convert)

    def read(self, name: str, ranges: Sequence[range]) -> Array:
        """Return the elements of a tensor in one range an axis, as an array of NumPy."""
        return read_box(self._tensor(name), ranges)

    def close(self) -> None:
        """Close the files from which the spec takes values, if it takes any."""
        self._files.close()

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tensor(self, name: str) -> Tensor:
        found = self.tensors.get(name) if isinstance(name, str) else None
        if found is None:
            hint = suggest(name, list(self.tensors)) if isinstance(name, str) else ""
            raise UsageError(f"the model has no tensor {arguments.shown(name)}{hint}")
        return found

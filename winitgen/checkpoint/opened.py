"""The library's function that opens a model as a checkpoint, and the checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.checkpoint.boxes import read_box, tiles
from winitgen.checkpoint.frameworks import AS_NUMPY, Converter, converter
from winitgen.checkpoint.held import HeldArrays
from winitgen.checkpoint.slices import TensorSlice
from winitgen.errors import UsageError
from winitgen.files.bound_plan import bound
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.load import Source, plan
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.plan import Plan
from winitgen.spec.mistakes import suggest
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor
    from winitgen.layouts.tiles import Tile


def open(  # noqa: A001  # as the name of what it opens: winitgen.open beside safe_open
    spec: ModelSpec | Source | Plan,
    framework: str = "np",
    device: Any = None,
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> Checkpoint:
    """Open a model as a checkpoint whose tensors are drawn as they are read, to the bits of the file that `write` writes.

    ``framework`` says what tensors are returned as, by the names that safetensors has: ``"np"`` (``"numpy"``), ``"pt"``
    (``"torch"``, ``"pytorch"``) or ``"jax"`` (``"flax"``); ``device`` is where PyTorch has them. Raises `SpecError` for mistakes of the spec, and `UsageError`
    for a framework or a device that is not there.
    """
    convert = converter(framework, device)
    return Checkpoint(plan(spec, seed=seed, dtype=dtype, layout=layout), convert)


class Checkpoint:
    """A read-only checkpoint, with the methods of safetensors' ``safe_open``.

    Threads may share it, and a forked process may go on with it. What can only be computed as a whole, such as an
    orthogonal matrix, is computed once and kept until ``close``, up to 1 GiB of the latest of such tensors.
    """

    def __init__(self, planned: Plan, convert: Converter) -> None:
        self._convert = convert
        self._files = ExitStack()
        opened = self._files.enter_context(bound(planned))
        self.plan = opened.plan
        self.tensors = {tensor.name: tensor for tensor in tensors(self.plan)}
        self._held = HeldArrays(opened.forward)
        self._tiles: dict[str, tuple[Tile, ...] | None] = {}
        self._closed = False

    def keys(self) -> list[str]:
        """Return the names of all tensors, sorted."""
        return sorted(self._open())

    def offset_keys(self) -> list[str]:
        """Return the names of all tensors in their order in a safetensors file: large number formats first."""
        from winitgen.files.formats.safetensors.writer import in_library_order

        return [tensor.name for tensor in in_library_order(self._open().values())]

    def metadata(self) -> dict[str, str]:
        """Return the metadata that a safetensors file of the model has: the framework, and the recipe."""
        self._open()
        return metadata(self.plan)

    def get_shape(self, name: str) -> list[int]:
        """Return the shape of a tensor."""
        return list(self._tensor(name).shape)

    def get_dtype(self, name: str) -> str:
        """Return the number format of a tensor, by its name in safetensors, such as ``"F32"``."""
        return DTYPES[self._tensor(name).dtype].safetensors

    def get_tensor(self, name: str) -> Any:
        """Return a whole tensor, drawn by all processors if it is large."""
        return self.get_slice(name)[...]

    def get_tensors(self) -> dict[str, Any]:
        """Return all tensors by their names."""
        return {name: self.get_tensor(name) for name in self.offset_keys()}

    def get_slice(self, name: str) -> TensorSlice:
        """Return what draws the parts of a tensor for which it is indexed: ``get_slice(name)[2:5, ::2, 0]``."""
        return TensorSlice(self._tensor(name), self.read, self._convert, as_numpy=self._convert in AS_NUMPY)

    def read(self, name: str, ranges: Sequence[range], out: Array | None = None) -> Array:
        """Return the elements of a tensor in one range an axis (each within it, its step at least 1), as an array of NumPy.

        ``out`` is an array of the right shape and number format that is to be filled and returned, in place of a new one.
        Raises `UsageError` for ranges or an array that do not fit, and for a name that no tensor has.
        """
        tensor = self._tensor(name)
        if name not in self._tiles:
            self._tiles[name] = tiles(tensor)
        asked = arguments.lists.ranges("ranges", ranges, tensor.shape)
        return read_box(tensor, self._tiles[name], asked, self._held, out)

    def close(self) -> None:
        """Free what is kept, and close the files from which the spec takes values; nothing can be read any longer."""
        self._closed = True
        self._held.clear()
        self._files.close()

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> dict[str, Tensor]:
        """Return the tensors by their names; raise `UsageError` after ``close``."""
        if self._closed:
            raise UsageError("the checkpoint is closed; open it again with winitgen.open")
        return self.tensors

    def _tensor(self, name: str) -> Tensor:
        known = self._open()
        wanted = arguments.kinds.some_text("name", name)
        if wanted not in known:
            raise UsageError(
                f"the model has no tensor {arguments.shown(wanted)}{suggest(wanted, list(known))}"
            )
        return known[wanted]

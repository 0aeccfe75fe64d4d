"""Digests of what a weight file holds: the same in every container, computed in parallel.

Every 131,072 elements of a tensor are a leaf: their bytes, C order, little-endian, go through SHA-256.
The digest of a tensor is the SHA-256 of its leaves' digests, one behind the other. The digest of all
is the SHA-256 of a line that names the rule, and a line for each tensor: name, dtype, shape and digest,
parted by tabs, sorted as bytes.

The *content digest* is that of the tensors of a file, the *parameters digest* that of the parameters of
a model, by their ids and in their canonical shapes: it is one for all layouts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.formats.format import Drawable, FilePlan, TensorSpan, element_count
from winitgen.files.output.pump import little_endian, pour
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.threads import processors

if TYPE_CHECKING:
    import numpy as np

    from winitgen.planning.plan import Parameter, Plan

LEAF = 1 << 17
"""Elements in a leaf; a block of the stream is one, so that each is hashed by the thread that drew it."""

CONTENT = "winitgen content digest 1"
PARAMETERS = "winitgen parameters digest 1"
"""The rules, by the first line that is hashed; another rule would be another line."""

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})


class DigestedArray(NamedTuple):
    """One tensor or parameter as a digest sees it; ``digest`` is that of its values, in hexadecimal."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    digest: str


def content(parts: Iterable[DigestedArray]) -> str:
    """Return the content digest of tensors, in hexadecimal.

    HDF5 has ``/`` where other files have ``.``; here both are ``.``.
    """
    return _over(CONTENT, (part._replace(name=part.name.replace("/", ".")) for part in parts))


def parameters(parts: Iterable[DigestedArray]) -> str:
    """Return the parameters digest, in hexadecimal."""
    return _over(PARAMETERS, parts)


def _over(rule: str, parts: Iterable[DigestedArray]) -> str:
    lines = sorted(_line(part) for part in parts)
    return hashlib.sha256(b"".join([f"{rule}\n".encode(), *lines])).hexdigest()


def _line(part: DigestedArray) -> bytes:
    shape = ",".join(map(str, part.shape))
    line = f"{part.name.translate(_ESCAPED)}\t{part.dtype}\t{shape}\t{part.digest}\n"
    return line.encode(errors="surrogatepass")


class Digests:
    """An observer of values as they pass, by whatever thread and in whatever order: it keeps their leaves.

    ``sizes`` are the elements of each tensor.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = sizes
        self.begin()

    def begin(self) -> None:
        """Forget everything: a new pass over all values begins."""
        self._leaves = [bytearray(32 * -(-size // LEAF)) for size in self._sizes]

    def see(self, tensor: int, block: int, values: np.ndarray[Any, Any]) -> None:
        """Take one leaf of one tensor."""
        if values.size != min(LEAF, self._sizes[tensor] - block * LEAF):
            raise ValueError(f"block {block} of tensor {tensor} is not a leaf: it has {values.size} elements")
        leaf = hashlib.sha256(little_endian(values)).digest()
        self._leaves[tensor][32 * block : 32 * (block + 1)] = leaf

    def of(self, tensor: int) -> str:
        """Return the digest of one tensor's values, after a whole pass."""
        return hashlib.sha256(self._leaves[tensor]).hexdigest()


def of_parameters(
    parameters: Sequence[Parameter],
    tensors: Sequence[Tensor],
    seen: Digests,
    *,
    threads: int = 1,
    progress: Callable[[int], object] | None = None,
) -> list[DigestedArray]:
    """Return the parameters of a model with their digests.

    Where a tensor is a parameter as it is drawn, its digest is known from ``seen``. The others, which
    the layout has turned round or joined, are drawn again.
    """
    known = {
        id(tensor.parameters[0]): seen.of(index)
        for index, tensor in enumerate(tensors)
        if tensor.as_drawn and len(tensor.parameters) == 1
    }
    rest = [Tensor(parameter.id, [parameter]) for parameter in parameters if id(parameter) not in known]
    found = hashed(rest, threads=threads, progress=progress)
    known.update({id(tensor.parameters[0]): found.of(index) for index, tensor in enumerate(rest)})
    return [DigestedArray(one.id, one.dtype, one.shape, known[id(one)]) for one in parameters]


def hashed(
    tensors: Sequence[Drawable], *, threads: int = 1, progress: Callable[[int], object] | None = None
) -> Digests:
    """Return the digests of tensors, whose values are drawn, or read, for nothing else."""
    found = Digests([element_count(tensor) for tensor in tensors])
    index = {id(tensor): number for number, tensor in enumerate(tensors)}
    regions = [TensorSpan(number, tensor) for number, tensor in enumerate(tensors)]
    pour(
        FilePlan(len(regions), (), regions),
        lambda offset, values: True,
        threads=threads,
        block=LEAF,
        see=lambda tensor, block, values: found.see(index[id(tensor)], block, values),
        progress=progress,
    )
    return found


def digests_of(
    planned: Plan, named: Sequence[Tensor], seen: Digests, threads: int | None = None
) -> dict[str, str]:
    """Return the content digest and the parameters digest of a model all of whose tensors were seen."""
    parts = [
        DigestedArray(tensor.name, tensor.dtype, tensor.shape, seen.of(index))
        for index, tensor in enumerate(named)
    ]
    drawn = of_parameters(planned.parameters, named, seen, threads=threads or processors())
    return {"content": content(parts), "parameters": parameters(drawn)}

"""Digests of the content of a weight file: the same in every container, computed in parallel.

Every 131,072 elements of a tensor form a leaf, which is hashed with SHA-256 as bytes in C order, little-endian.
The digest of a tensor is the SHA-256 of the concatenated digests of its leaves. The digest of a set of tensors
is the SHA-256 of a line that names the rule, followed by one line per tensor with its name, dtype, shape
and digest, separated by tabs; the lines are sorted as bytes.

The *content digest* covers the tensors of a file. The *parameters digest* covers the parameters of
a model, by id and in their canonical shapes, so it is the same in every layout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.formats.format import Drawable, FilePlan, TensorSpan, element_count
from winitgen.files.output.blocks import little_endian
from winitgen.files.output.observed import Observed
from winitgen.files.output.pump import Pump
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.threads import processors

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace
    from winitgen.planning.plan import Parameter, Plan

LEAF = 1 << 17
"""Elements in a leaf. The pump uses blocks of this size, so that the thread that draws a leaf also hashes it."""

CONTENT = "winitgen content digest 1"
PARAMETERS = "winitgen parameters digest 1"
"""The first line that is hashed. It names the rule and its version; a new rule gets a new line."""

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})


class DigestedArray(NamedTuple):
    """The hashed facts of one tensor or parameter; ``digest`` is the digest of its values, in hexadecimal."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    digest: str


def content(arrays: Iterable[DigestedArray]) -> str:
    """Return the content digest of tensors, in hexadecimal.

    HDF5 uses ``/`` as separator and other files ``.``; both are hashed as ``.``.
    """
    return _over(CONTENT, (array._replace(name=array.name.replace("/", ".")) for array in arrays))


def parameters(arrays: Iterable[DigestedArray]) -> str:
    """Return the parameters digest, in hexadecimal."""
    return _over(PARAMETERS, arrays)


def _over(rule: str, arrays: Iterable[DigestedArray]) -> str:
    lines = sorted(map(_line, arrays))
    return hashlib.sha256(b"".join([f"{rule}\n".encode(), *lines])).hexdigest()


def _line(array: DigestedArray) -> bytes:
    shape = ",".join(map(str, array.shape))
    line = f"{array.name.translate(_ESCAPED)}\t{array.dtype}\t{shape}\t{array.digest}\n"
    return line.encode(errors="surrogatepass")


class TensorDigest:
    """Observes one tensor of ``size`` elements and keeps the digest of each leaf."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._leaves = bytearray(32 * -(-size // LEAF))

    def see(self, start: int, values: Array, workspace: Workspace) -> None:
        """Hash the leaf that begins at element ``start``; leaves may come in any order and from any thread."""
        if start % LEAF or values.size != min(LEAF, self._size - start):
            raise ValueError(f"the block at element {start} is not a leaf: it has {values.size} elements")
        leaf = hashlib.sha256(little_endian(values)).digest()
        first = start // LEAF * len(leaf)
        self._leaves[first : first + len(leaf)] = leaf

    def hexdigest(self) -> str:
        """Return the digest of the tensor's values, after all leaves have been seen."""
        return hashlib.sha256(self._leaves).hexdigest()


def of_parameters(
    parameters: Sequence[Parameter],
    tensors: Sequence[Tensor],
    seen: Sequence[TensorDigest],
    *,
    threads: int = 1,
    progress: Callable[[int], object] | None = None,
) -> list[DigestedArray]:
    """Return the parameters of a model with their digests; ``seen`` holds the digests of its tensors.

    A tensor that is one parameter in its original order has that parameter's digest. The other parameters, which
    the layout has transposed or joined, are drawn again.
    """
    known = {
        id(tensor.parameters[0]): digest.hexdigest()
        for tensor, digest in zip(tensors, seen, strict=True)
        if tensor.as_drawn and len(tensor.parameters) == 1
    }
    rest = [Tensor(parameter.id, [parameter]) for parameter in parameters if id(parameter) not in known]
    found = hashed(rest, threads=threads, progress=progress)
    known.update(
        {id(tensor.parameters[0]): digest.hexdigest() for tensor, digest in zip(rest, found, strict=True)}
    )
    return [DigestedArray(one.id, one.dtype, one.shape, known[id(one)]) for one in parameters]


def hashed(
    tensors: Sequence[Drawable], *, threads: int = 1, progress: Callable[[int], object] | None = None
) -> list[TensorDigest]:
    """Draw or read tensors only to hash them; return their digests."""
    found = [TensorDigest(element_count(tensor)) for tensor in tensors]
    observed = [Observed(tensor, [digest.see]) for tensor, digest in zip(tensors, found, strict=True)]
    spans = [TensorSpan(index, tensor) for index, tensor in enumerate(observed)]
    Pump(threads, LEAF, progress).run(FilePlan(len(spans), (), spans), lambda offset, values: True)
    return found


def digested(named: Sequence[Tensor], seen: Sequence[TensorDigest]) -> list[DigestedArray]:
    """Return tensors that have all been hashed, with their digests."""
    return [
        DigestedArray(tensor.name, tensor.dtype, tensor.shape, digest.hexdigest())
        for tensor, digest in zip(named, seen, strict=True)
    ]


def digests_of(
    planned: Plan, named: Sequence[Tensor], seen: Sequence[TensorDigest], threads: int | None = None
) -> dict[str, str]:
    """Return the content digest and the parameters digest of a model whose tensors have all been hashed."""
    arrays = digested(named, seen)
    drawn = of_parameters(planned.parameters, named, seen, threads=threads or processors())
    return {"content": content(arrays), "parameters": parameters(drawn)}

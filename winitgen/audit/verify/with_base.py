"""Compares the copied tensors of a file with those of the base: names, shapes, number formats and values."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.audit.matching import Matching, has_groups, match_tensors
from winitgen.audit.true_arrays import true_array
from winitgen.audit.verify.headers import shown
from winitgen.files.copied_entry import CopiedEntry
from winitgen.files.copied_tensor import CopiedTensor, digests_of_copies
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.open_file import OpenFile
from winitgen.files.stored_bits import same_format
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan

_MOST_NAMED = 5
"""Names in one note."""


class BaseComparison(NamedTuple):
    """How copied tensors differ from those of the base, a line each, and the names of those that were not copied."""

    lines: Sequence[str] = ()
    left_out: Sequence[str] = ()

    def notes(self, base: str) -> list[str]:
        """Return a note about tensors of the base that the file lacks, if there are any."""
        if not self.left_out:
            return []
        more = len(self.left_out) - _MOST_NAMED
        names = ", ".join(map(shown, self.left_out[:_MOST_NAMED])) + (
            f" and {more:,} more" if more > 0 else ""
        )
        them = "it" if len(self.left_out) == 1 else "them"
        why = "init leaves out nothing but what was to be drawn and is not in the layer-spec"
        return [f"not copied, though {base} has {them}: {names}; {why}"]


class Copies(NamedTuple):
    """The copied tensors of a file, and its ``container``; with ``groups`` its names have ``/`` where others have a dot."""

    tensors: list[CopiedTensor]
    container: str
    groups: bool

    @classmethod
    def of(cls, weights: OpenFile, found: Matching, entry: CopiedEntry) -> Copies:
        """Return the arrays that are copied under the names of the plan, and those that the plan does not have."""
        pairs = [pair for pair in found.pairs if not entry.draws(pair.tensor.name)]
        copies = [CopiedTensor(pair.tensor.name, true_array(pair, weights.format)) for pair in pairs]
        copies += [CopiedTensor(array.name, array) for array in found.extra]
        groups = weights.format.startswith(("hdf5", "keras", "zarr")) or has_groups(found.pairs)
        return cls(copies, weights.format, groups)

    def unlike(
        self,
        digests: Sequence[str],
        planned: Plan,
        base: str | os.PathLike[str],
        entry: CopiedEntry,
        threads: int,
    ) -> BaseComparison:
        """Return how the tensors differ from those of the base; ``digests`` are those of the values.

        Raises `UnreadableError` if values cannot be read, or if a loader may misread the base.
        """
        with open_weights(base) as weights:
            found = match_tensors(weights, tensors(planned), lenient=True)
            theirs = Copies.of(weights, found, entry)
            others = {_key(tensor): tensor for tensor in theirs.tensors}
            shared = [_key(tensor) for tensor in self.tensors if self._fits(tensor, others, theirs.container)]
            read = digests_of_copies([others[key] for key in shared], threads)
            values = dict(zip(shared, read, strict=True))
            refuse_misread(weights)
            extra = {array.name for array in found.extra} if has_groups(found.pairs) else set()
            written = {_key(one): _key(one) if one.name in extra else one.name for one in theirs.tensors}
            lines = []
            for tensor, digest in zip(self.tensors, digests, strict=True):
                key = _key(tensor)
                if key not in others:
                    lines.append(f"{shown(tensor.name)} is copied, but {weights.path} has no such tensor")
                elif values.get(key) != digest:
                    lines.append(f"{shown(tensor.name)} is copied, but that of {weights.path} differs")
                elif not self.groups and tensor.name != written[key]:
                    lines.append(
                        f"{shown(tensor.name)} is copied, but init names that of {weights.path} {shown(written[key])}"
                    )
            keys = {_key(tensor) for tensor in self.tensors}
            names = [array.name for array in found.extra if array.name]  # an .npy has none
            return BaseComparison(lines, [name for name in names if name.replace("/", ".") not in keys])

    def _fits(self, tensor: CopiedTensor, others: Mapping[str, CopiedTensor], container: str) -> bool:
        """Tell whether the base has a tensor of this name, shape and number format."""
        other = others.get(_key(tensor))
        if other is None or not other.stored.copiable or other.shape != tensor.shape:
            return False
        return same_format((tensor.dtype, self.container), (other.dtype, container))


def _key(tensor: CopiedTensor) -> str:
    """Return a name that is the same in every container."""
    return tensor.name.replace("/", ".")

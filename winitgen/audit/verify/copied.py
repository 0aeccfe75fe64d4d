"""Checks the tensors of a file that are copied from another one: by the digest in the recipe, and with that file itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from winitgen.audit.matching import Matching, match_tensors
from winitgen.audit.true_arrays import true_array
from winitgen.audit.verify.headers import shown
from winitgen.errors import UsageError
from winitgen.files.copied_entry import CopiedEntry
from winitgen.files.copied_tensor import CopiedTensor, copied_digest, digested_copies, digests_of_copies
from winitgen.files.digests import DigestedArray
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile
from winitgen.files.recipe import Recipe, parse
from winitgen.layouts import tensors
from winitgen.numeric.dtypes import bits_of
from winitgen.planning.plan import Plan


def copied_part(weights: OpenFile, found: Matching) -> CopiedPart | None:
    """Return the copied tensors of a file, None if its recipe says of none that it is copied."""
    recipe = parse(weights.recipe)
    entry = recipe.base if isinstance(recipe, Recipe) else None
    return None if entry is None else CopiedPart(weights, found, entry)


class CopiedPart:
    """The tensors of a file that are copied: those that the recipe names, and all that the plan does not have."""

    def __init__(self, weights: OpenFile, found: Matching, entry: CopiedEntry) -> None:
        self._entry = entry
        self.tensors = _copies(weights, found, entry)
        self.drawn = found._replace(
            pairs=[pair for pair in found.pairs if entry.draws(pair.tensor.name)], extra=[]
        )
        self._digests: list[str] = []

    def changed(self, planned: Plan, base: str | os.PathLike[str] | None, threads: int) -> list[str]:
        """Return a line for each copied tensor that is not that of the base, or one about all if they are not those of the recipe.

        Raises `UnreadableError` if values cannot be read.
        """
        for tensor in self.tensors:
            if not tensor.stored.copiable:
                return [f"{shown(tensor.name)} is {shown(tensor.dtype)}, which cannot have been copied"]
        self._digests = digests_of_copies(self.tensors, threads)
        lines = [] if base is None else self._unlike(planned, base, threads)
        digest = copied_digest(self.tensors, self._digests)
        if digest != self._entry.sha256 and not lines:
            advice = (
                ""
                if base
                else "; --base FILE finds out which, if you have the file that they were copied from"
            )
            lines = [
                f"the copied tensors have changed: their digest is {digest}, and in the recipe {self._entry.sha256}{advice}"
            ]
        return lines

    def _unlike(self, planned: Plan, base: str | os.PathLike[str], threads: int) -> list[str]:
        """Return a line for each tensor that is not that of the base."""
        with open_weights(base) as weights:
            found = match_tensors(weights, tensors(planned), lenient=True)
            theirs = {_key(tensor): tensor for tensor in _copies(weights, found, self._entry)}
            shared = [_key(tensor) for tensor in self.tensors if _fit(tensor, theirs)]
            digests = dict(
                zip(shared, digests_of_copies([theirs[key] for key in shared], threads), strict=True)
            )
            lines = []
            for tensor, digest in zip(self.tensors, self._digests, strict=True):
                if _key(tensor) not in theirs:
                    lines.append(f"{shown(tensor.name)} is copied, but {weights.path} has no such tensor")
                elif digests.get(_key(tensor)) != digest:
                    lines.append(f"{shown(tensor.name)} is copied, but that of {weights.path} differs")
            return lines

    def digested(self) -> list[DigestedArray]:
        """Return the copied tensors with their digests, after they were checked."""
        return digested_copies(self.tensors, self._digests)

    def report(self, base: str | os.PathLike[str] | None) -> dict[str, Any]:
        """Return what the report says of the copied tensors."""
        path = None if base is None else os.fspath(base)
        return {"tensors": len(self.tensors), "digest": self._entry.sha256, "base": path}

    def note(self, base: str | os.PathLike[str] | None) -> str:
        """Return a line about how the copied tensors were checked."""
        count = len(self.tensors)
        subject = "1 tensor is" if count == 1 else f"{count:,} tensors are"
        if base is None:
            return f"{subject} copied, with the digest that the recipe has; --base FILE compares with the base itself"
        return f"{subject} copied, bit for bit from {os.fspath(base)}"


def _copies(weights: OpenFile, found: Matching, entry: CopiedEntry) -> list[CopiedTensor]:
    """Return the arrays of a file that are copied under the names of the plan, and those that the plan does not have."""
    pairs = [pair for pair in found.pairs if not entry.draws(pair.tensor.name)]
    copies = [CopiedTensor(pair.tensor.name, true_array(pair, weights.format)) for pair in pairs]
    return copies + [CopiedTensor(array.name, array) for array in found.extra]


def _key(tensor: CopiedTensor) -> str:
    """Return a name that is the same in every container."""
    return tensor.name.replace("/", ".")


def _fit(tensor: CopiedTensor, theirs: Mapping[str, CopiedTensor]) -> bool:
    """Tell whether the base has a tensor of this name and shape, and as many bits in each value.

    A container that cannot name its number format holds the bits as whole numbers.
    """
    other = theirs.get(_key(tensor))
    if other is None or not other.stored.copiable:
        return False
    return other.shape == tensor.shape and bits_of(other.dtype) == bits_of(tensor.dtype)


def check_base(copied: CopiedPart | None, base: str | os.PathLike[str] | None, path: str) -> None:
    """Raise `UsageError` if a base is named for a file in which nothing is copied."""
    if base is not None and copied is None:
        raise UsageError(
            f"{path} has no copied tensors to compare with a base: its recipe names none; leave out --base"
        )


def copied_names(copied: CopiedPart | None) -> set[str]:
    """Return the names of the tensors that are copied; of none without any."""
    return set() if copied is None else {tensor.name for tensor in copied.tensors}

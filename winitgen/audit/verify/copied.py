"""Checks the tensors of a file that are copied from another one: by the digest in the recipe, and with that file itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from winitgen.audit.matching import Matching
from winitgen.audit.verify.headers import shown
from winitgen.audit.verify.with_base import BaseComparison, Copies
from winitgen.errors import UsageError
from winitgen.files.canonical import as_written
from winitgen.files.copied_entry import CopiedEntry
from winitgen.files.copied_tensor import copied_digest, digested_copies, digests_of_copies
from winitgen.files.digests import DigestedArray
from winitgen.files.input.open_file import OpenFile
from winitgen.files.recipe import Recipe
from winitgen.planning.plan import Plan


def copied_part(weights: OpenFile, found: Matching) -> CopiedPart | None:
    """Return the copied tensors of a file, None if its recipe says of none that it is copied."""
    recipe = as_written(weights.recipe)
    entry = recipe.base if isinstance(recipe, Recipe) else None
    return None if entry is None else CopiedPart(weights, found, entry)


class CopiedPart:
    """The tensors of a file that are copied: those that the recipe names, and all that the plan does not have."""

    def __init__(self, weights: OpenFile, found: Matching, entry: CopiedEntry) -> None:
        self._entry = entry
        self._copies = Copies.of(weights, found, entry)
        self.tensors = self._copies.tensors
        self._unnamed = len(found.extra)
        self.drawn = found._replace(
            pairs=[pair for pair in found.pairs if entry.draws(pair.tensor.name)], extra=[]
        )
        self._digests: list[str] = []
        self._comparison = BaseComparison()
        absent = {tensor.name for tensor in found.left_out}
        planned = {tensor.name for tensor in (*found.missing, *(pair.tensor for pair in found.pairs))}
        self.is_listed = entry.is_of(planned | absent, absent)

    def changed(self, planned: Plan, base: str | os.PathLike[str] | None, threads: int) -> list[str]:
        """Return a line for each copied tensor that is not that of the base, or one about all if they are not those of the recipe.

        Raises `UnreadableError` if values cannot be read, or if a loader may misread the base.
        """
        for tensor in self.tensors:
            if not tensor.stored.copiable:
                why = f"was not read: {tensor.stored.unread}" if tensor.stored.unread else ""
                return [
                    f"{shown(tensor.name)} {why or f'is {shown(tensor.dtype)}, which cannot have been copied'}"
                ]
        self._digests = digests_of_copies(self.tensors, threads)
        if base is not None:
            self._comparison = self._copies.unlike(self._digests, planned, base, self._entry, threads)
        lines = list(self._comparison.lines)
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

    def digested(self) -> list[DigestedArray]:
        """Return the copied tensors with their digests, after they were checked."""
        return digested_copies(self.tensors, self._digests)

    def report(self, base: str | os.PathLike[str] | None) -> dict[str, Any]:
        """Return what the report says of the copied tensors."""
        path = None if base is None else os.fspath(base)
        return {"tensors": len(self.tensors), "digest": self._entry.sha256, "base": path}

    def notes(self, base: str | os.PathLike[str] | None, *, by_file: bool) -> list[str]:
        """Return notes about a file whose copied tensors are right; ``by_file`` as `claimed` has it."""
        notes = [self.note(base), *([self.division_note()] if by_file else [])]
        notes += self._comparison.notes(os.fspath(base)) if base is not None else []
        return [*notes, *([self._formats_note()] if base is None and self._unnamed else [])]

    def _formats_note(self) -> str:
        """Return a line about tensors that the plan does not have, of which the digest does not have everything."""
        one = self._unnamed == 1
        subject = "1 of them is" if one else f"{self._unnamed:,} of them are"
        what = "its number format, and" if one else "their number formats, and"
        return f"{subject} not in the layer-spec: only --base FILE compares {what} '/' and '.' in {'its name' if one else 'their names'}"

    def note(self, base: str | os.PathLike[str] | None) -> str:
        """Return a line about how the copied tensors were checked."""
        subject = self._subject
        if base is None:
            return f"{subject} copied, with the digest that the recipe has; --base FILE compares with the base itself"
        return f"{subject} copied, bit for bit from {os.fspath(base)}"

    def division_note(self) -> str:
        """Return a line for a file of which only its own recipe says what is drawn."""
        drawn, copied = len(self.drawn.pairs), len(self.tensors)
        return (
            f"{drawn:,} of its tensors {'is' if drawn == 1 else 'are'} drawn, and {copied:,} copied; "
            "only its own recipe says which, and --expect HASH proves it"
        )

    @property
    def _subject(self) -> str:
        count = len(self.tensors)
        return "1 tensor is" if count == 1 else f"{count:,} tensors are"

    def claimed(self) -> str:
        """Return how a file differs from a spec if nothing but its own recipe says that tensors are copied."""
        return (
            f"its recipe says that {self._subject} copied, which the spec does not say; --base FILE compares them "
            "with that file, and --expect HASH accepts this recipe"
        )


def check_base(copied: CopiedPart | None, base: str | os.PathLike[str] | None, path: str) -> None:
    """Raise `UsageError` if a base is named for a file in which nothing is copied."""
    if base is not None and copied is None:
        raise UsageError(
            f"{path} has no copied tensors to compare with a base: its recipe names none; leave out --base"
        )


def check_ignored(copied: CopiedPart | None, ignored: Sequence[str], path: str) -> None:
    """Raise `UsageError` if tensors are ignored in a file of which some are copied."""
    if copied is not None and ignored:
        raise UsageError(
            f"{path} has copied tensors, of which its recipe has one digest over all: none can be left out with ignore"
        )


def claimed(
    copied: CopiedPart | None, base: str | os.PathLike[str] | None, *, by_file: bool
) -> Iterator[str]:
    """Yield how a file differs that names copied tensors of its own accord, or as init never does.

    ``by_file`` says that it is compared with a spec, which names none, and that the hash of the recipe is not given.
    """
    if copied is not None and not copied.is_listed:
        yield "its recipe does not list its copied tensors, or its drawn ones if they are fewer, as init does"
    if copied is not None and base is None and by_file:
        yield copied.claimed()


def copied_names(copied: CopiedPart | None) -> set[str]:
    """Return the names of the tensors that are copied; of none without any."""
    return set() if copied is None else {tensor.name for tensor in copied.tensors}

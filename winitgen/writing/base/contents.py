"""What a file holds of a plan and a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.copied_entry import CopiedEntry
from winitgen.files.copied_tensor import CopiedTensor, copied_digest, digested_copies
from winitgen.files.digests import TensorDigest, content, digested
from winitgen.files.formats.npz.writer import FORMAT as NPZ
from winitgen.files.formats.npz.writer import LONGEST_COMMENT
from winitgen.files.input.open_file import OpenFile
from winitgen.files.recipe import KEY, metadata
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan
from winitgen.writing.base.division import Division
from winitgen.writing.base.rows import copied_row, notes_of
from winitgen.writing.contents import Contents

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable, Format


class ContentsOnBase(Contents):
    """The tensors of a plan that are drawn, and of a base those that are ``copied``, in the order of the plan.

    ``copy_digests`` are the digests of the values of the copied ones; until they are known, zeros of the same length.
    """

    def __init__(self, planned: Plan, file_format: Format, division: Division, weights: OpenFile) -> None:
        super().__init__(planned, file_format)
        self._division, self._weights = division, weights
        copies = [*division.copies.values(), *division.extra]
        without = {tensor.name for tensor in (*self.absent, *file_format.left_out(copies))}
        everything: list[Drawable] = [*tensors(planned), *division.extra]
        self.absent = [one for one in everything if one.name in without]
        self._order = [one.name for one in everything if one.name not in without]
        self.copied: Sequence[CopiedTensor] = [one for one in copies if one.name not in without]
        self.drawn = [tensor for tensor in self.drawn if tensor.name in division.drawn]
        self.copy_digests: Sequence[str] | None = None

    @property
    def entry(self) -> CopiedEntry:
        """What the recipe says of the copied tensors."""
        digests = self.copy_digests
        sha256 = "0" * 64 if digests is None else copied_digest(self.copied, digests)
        return CopiedEntry.of([tensor.name for tensor in self.drawn], self._division.copies, sha256)

    @property
    def metadata(self) -> Mapping[str, str]:
        """The metadata of the file, and of a base of safetensors what it has besides."""
        own = metadata(self.plan, self.entry)
        if not self._weights.format.startswith("safetensors"):
            return own
        others = sorted(self._weights.metadata.items())
        return own | {key: text for key, text in others if key not in (*own, KEY)}

    @property
    def recipe(self) -> str | None:
        """The SHA-256 of the recipe, None before the copied tensors have been read."""
        return None if self.copy_digests is None else super().recipe

    def whole(self, drawn: Sequence[Drawable]) -> Sequence[Drawable]:
        """Return all tensors of the file, with these in place of the ``drawn`` ones."""
        found: dict[str, Drawable] = {tensor.name: tensor for tensor in (*self.copied, *drawn)}
        return [found[name] for name in self._order]

    def reported(self, report: dict[str, Any]) -> dict[str, Any]:
        """Return the report with a row for each copied tensor, and notes about the base."""
        path = self._weights.path
        rows = {row["name"]: row for row in report["tensors"]}
        rows.update({tensor.name: copied_row(tensor, path) for tensor in self.copied})
        ordered = [rows[name] for name in self._order]
        totals = {
            "tensors": len(ordered),
            "elements": sum(row["elements"] for row in ordered),
            "bytes": sum(row["bytes"] for row in ordered),
        }
        division = self._division
        notes = [*report["notes"], *notes_of(path, len(self.drawn), len(self.copied), division)]
        if why := self._lost_recipe():
            notes.append(
                f"{why}, so that `winitgen verify` cannot know which tensors are drawn; .safetensors has one"
            )
        base = {
            "file": path,
            "copied": len(self.copied),
            "added": list(division.added),
            "extra": [tensor.name for tensor in division.extra],
            "dropped": list(division.dropped),
        }
        return {**report, "tensors": ordered, "totals": totals, "notes": notes, "base": base}

    def _lost_recipe(self) -> str:
        """Return why the file cannot hold the recipe, empty if it can."""
        name = self.format.name
        if not self.format.carries_recipe:
            return f"{name} has no place for a recipe"
        if name == NPZ.name and len(self.metadata[KEY].encode()) > LONGEST_COMMENT:
            return f"{name} has no place for so long a recipe"
        return ""

    def digests(self, seen: Sequence[TensorDigest], threads: int | None) -> dict[str, str]:
        """Return the content digest; a parameters digest is that of a model that is drawn as a whole."""
        copied = digested_copies(self.copied, self.copy_digests or ())
        return {"content": content([*digested(self.drawn, seen), *copied])}

"""What a file of a format holds of a plan: its tensors, its metadata, and what the report says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from winitgen.files.recipe import KEY, hash_of, metadata
from winitgen.files.shards.file_names import KERAS_FORMAT
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.kept_property import kept_property
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.files.digests import TensorDigest
    from winitgen.files.formats.format import Drawable, Format


class Contents:
    """The tensors of a plan that a file of this format has, all of them ``drawn``, and those that it leaves out."""

    def __init__(self, planned: Plan, file_format: Format) -> None:
        self.plan = planned
        self.format = file_format
        named = tensors(planned)
        self.absent: Sequence[Drawable] = file_format.left_out(named)
        names = {tensor.name for tensor in self.absent}
        self.drawn: Sequence[Tensor] = [tensor for tensor in named if tensor.name not in names]

    @kept_property
    def _own_metadata(self) -> Mapping[str, str]:
        """The metadata of a file of which every tensor is drawn: kept, as the spec in it may have 50,000 layers."""
        return metadata(self.plan)

    @property
    def metadata(self) -> Mapping[str, str]:
        """The metadata of the file: the framework of the names, and the recipe."""
        return self._own_metadata

    def whole(self, drawn: Sequence[Drawable]) -> Sequence[Drawable]:
        """Return all tensors of the file, with these in place of the ``drawn`` ones."""
        return drawn

    def reported(self, report: dict[str, Any]) -> dict[str, Any]:
        """Return the report of the drawn tensors as one of the whole file."""
        return report

    def digests(self, seen: Sequence[TensorDigest], threads: int | None) -> dict[str, str]:
        """Return the digests of the report, once the drawn tensors have been hashed."""
        from winitgen.files.digests import digests_of

        return digests_of(self.plan, self.drawn, seen, threads)

    @property
    def recipe(self) -> str | None:
        """The SHA-256 of the recipe, None while it is not known."""
        return hash_of(self.metadata[KEY]).sha256

    def stated(self, report: dict[str, Any]) -> dict[str, Any]:
        """Return what a report says of the file's recipe, of groups in Keras's file, and of tensors that it leaves out.

        The names of these are there too; the note about them is the last.
        """
        stated: dict[str, Any] = {"recipe": self.recipe}
        if self.format.name == KERAS_FORMAT:
            from winitgen.layouts.keras.groups import groups_note

            if groups := groups_note(self.plan):
                stated["notes"] = [*report["notes"], groups]
        if not self.absent:
            return stated
        notes = [*stated.get("notes", report["notes"]), self.format.left_out_note(self.absent)]
        return stated | {"left_out": [tensor.name for tensor in self.absent], "notes": notes}


class PartOfContents(Contents):
    """What some of the shards of a model hold: of the contents, the tensors with these ``names`` are drawn."""

    def __init__(self, contents: Contents, names: Set[str]) -> None:
        self.plan, self.format, self.absent = contents.plan, contents.format, contents.absent
        self.drawn = [tensor for tensor in contents.drawn if tensor.name in names]
        self._contents = contents

    def whole(self, drawn: Sequence[Drawable]) -> Sequence[Drawable]:
        """Return all tensors of the model, with these in place of the ``drawn`` ones."""
        instead = {tensor.name: tensor for tensor in drawn}
        return self._contents.whole([instead.get(tensor.name, tensor) for tensor in self._contents.drawn])

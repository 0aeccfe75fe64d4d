"""The tensors of a recorded model, each with the scheme that draws it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from winitgen.errors import Mistake, SpecError
from winitgen.importing.found import FoundTensor
from winitgen.importing.trace.formulas import named
from winitgen.importing.trace.history import NeverFilled, Piece, UnknownLaw, pieces
from winitgen.importing.trace.measured import measured
from winitgen.importing.trace.recorder import Recorder, outside
from winitgen.importing.trace.refusals import EMPTY, NO_LAW, PARTS, TOO_LARGE, UNFILLED
from winitgen.importing.trace.replay import TooLargeToDraw, behind, replayed
from winitgen.importing.trace.views import View
from winitgen.numeric.arrays import Array
from winitgen.spec.mistakes import show


class _Refused(Exception):
    """A tensor that no scheme draws; the text says why."""


class TracedTensors:
    """Finds the law of each tensor of a model that was built while a recorder looked on."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.steps = recorder.steps
        self.now = len(self.steps.all)
        self.owners: dict[Any, str] = {}

    def found(self, tensors: Mapping[str, Any], file: str) -> list[FoundTensor]:
        """Return all tensors of a file; raise `SpecError` with a mistake for each whose law cannot be said."""
        found, mistakes = [], []
        for name, tensor in tensors.items():
            with outside():
                view = self.recorder.view(tensor)
            try:
                found.append(self._tensor(name, view))
            except _Refused as why:
                mistakes.append(Mistake(file, 0, 0, show(name), str(why)))
        if mistakes:
            raise SpecError(mistakes)
        return found

    def _tensor(self, name: str, view: View) -> FoundTensor:
        key, init, fans, evidence = self._law(view)
        owner = self.owners.setdefault((key, view.size, view.dtype), name)
        tied = None if owner == name or key is None else owner
        return FoundTensor(name, view.size, view.dtype, init, evidence, fans, tied)

    def _law(self, view: View) -> tuple[Any, str | Mapping[str, Any], tuple[float, float] | None, str]:
        """Return a key of the values, which tensors with the same values share, the scheme, its fans and the evidence."""
        if not view.elements:
            raise _Refused(EMPTY)
        try:
            found = pieces(self.steps, view, self.now)
        except NeverFilled:
            raise _Refused(UNFILLED) from None
        except UnknownLaw:
            return self._measured(view)
        laws = {piece.law for piece in found}
        if len(laws) == 1:
            scheme = named(found[0].law, view.size)
            return _key(found, view), scheme.init, scheme.fans, scheme.comment
        return (_key(found, view), *_with_zero_row(found, view), "")

    def _measured(self, view: View) -> tuple[Any, str | Mapping[str, Any], None, str]:
        import torch

        if view.dtype == "bool" or not getattr(torch, view.dtype).is_floating_point:
            step = 0.0
        else:
            step = float(torch.finfo(getattr(torch, view.dtype)).eps)
        try:
            found = measured(self._draws(view), step)
        except TooLargeToDraw:
            raise _Refused(TOO_LARGE) from None
        if found is None:
            raise _Refused(NO_LAW)
        random = tuple(step.index for step in behind(self.steps, view, self.now))
        key = None if found.evidence.startswith("equal") else (random, view[3:])
        return key, found.init, None, found.evidence

    def _draws(self, view: View) -> Iterator[Array]:
        """Yield the tensor's values for one seed after another, in float64."""
        import torch

        for seed in range(1, 1000):
            with outside():
                values = replayed(self.steps, view, self.now, seed)
                yield values.to(torch.float64).numpy()


def _key(found: list[Piece], view: View) -> Any:
    """Return what tells the values of a tensor from others, None for constants."""
    if all(piece.law.kind == "constant" for piece in found):
        return None
    return tuple(piece.key for piece in found), view[3:]


def _with_zero_row(
    found: list[Piece], view: View
) -> tuple[Mapping[str, Any], tuple[float, float] | None]:
    """Return the scheme of a table with one row of zeros, drawn by one law otherwise."""
    base, *rest = found
    row = rest[0].part if rest else ()
    if (
        len(rest) == 1
        and rest[0].law.kind == "constant"
        and rest[0].law.numbers[0] == 0
        and len(view.size) == 2
        and len(row) == 2
        and row[1] == (0, view.size[1])
        and row[0][1] - row[0][0] == 1
    ):
        init = base.law.scheme()
        options = {"scheme": init} if isinstance(init, str) else dict(init)
        return {**options, "padding_index": row[0][0]}, None
    laws = "; ".join(dict.fromkeys(str(piece.law) for piece in found))
    raise _Refused(PARTS.format(laws=laws))

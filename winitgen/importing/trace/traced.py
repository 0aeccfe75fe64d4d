"""The tensors of a recorded model, each with the scheme that draws it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from winitgen.errors import Mistake, SpecError
from winitgen.importing.found import FoundTensor
from winitgen.importing.name_tree import may_be_table
from winitgen.importing.trace.blocked import blocks
from winitgen.importing.trace.formulas import named, torch_fans
from winitgen.importing.trace.history import NeverFilled, Piece, UnknownLaw, pieces
from winitgen.importing.trace.laws import TensorLaw, constant
from winitgen.importing.trace.measured import measured
from winitgen.importing.trace.recorder import TensorRecorder, outside
from winitgen.importing.trace.refusals import INFINITE, NO_LAW, PARTS, TOO_LARGE, UNFILLED
from winitgen.importing.trace.replay import TooLargeToDraw, behind, replayed
from winitgen.importing.trace.sequences import shortest
from winitgen.importing.trace.shared_draws import DrawsBehind, SharedDraws, draws_behind
from winitgen.importing.trace.sources import origin
from winitgen.importing.trace.views import View, contiguous
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES


class _Refused(Exception):
    """A tensor that no scheme draws; the text says why."""


class TracedTensors:
    """Finds the law of each tensor of a model that was built while a recorder looked on."""

    def __init__(self, recorder: TensorRecorder) -> None:
        self.recorder = recorder
        self.steps = recorder.steps
        self.now = len(self.steps.all)
        self.owners: dict[Any, str] = {}
        self.shared = SharedDraws()

    def found(self, tensors: Mapping[str, Any], file: str) -> list[FoundTensor]:
        """Return all tensors of a file; raise `SpecError` with a mistake for each whose law cannot be said."""
        found, mistakes = [], []
        for name, tensor in tensors.items():
            with outside():
                view = self.recorder.view(tensor)
            try:
                found.append(self._tensor(name, view))
            except _Refused as why:
                mistakes.append(Mistake(file, 0, 0, name, str(why)))
        if mistakes:
            raise SpecError(mistakes)
        return found

    def _tensor(self, name: str, view: View) -> FoundTensor:
        key, tensor, drawn = self._law(FoundTensor(name, view.size, view.dtype, ""), view)
        owner = self.owners.setdefault((key, view.size, view.dtype), name)
        if key is not None and owner != name:
            return tensor._replace(tied_to=owner)
        if (why := self.shared.refusal(name, drawn)) is not None:
            raise _Refused(why)
        return tensor

    def _law(self, tensor: FoundTensor, view: View) -> tuple[Any, FoundTensor, DrawsBehind]:
        """Return a key of the values, which tensors with the same values share, the tensor with its law, and its draws."""
        if not view.elements:
            return None, tensor._replace(init="zeros", evidence="no values"), DrawsBehind(())
        try:
            found = pieces(self.steps, view, self.now)
        except NeverFilled:
            raise _Refused(UNFILLED) from None
        except UnknownLaw:
            return self._measured(tensor, view)
        laws = {piece.law for piece in found}
        if len(laws) > 1 and all(law.kind == "constant" for law in laws):
            return self._measured(tensor, view)
        if not all(math.isfinite(number) for law in laws for number in law.numbers):
            raise _Refused(INFINITE)
        if not all(_holds(law, view.dtype) for law in laws):
            return self._measured(tensor, view)
        may_be_padded = len(laws) > 1 and may_be_table(tensor.name)
        row = _zero_row(found, self.steps.shapes[view.block]) if may_be_padded else None
        several = len(laws) > 1 or (len(found) > 1 and found[0].law.kind == "orthogonal")
        if several and (row is None or self.steps.shapes[view.block] != view.size):
            stated = tensor._replace(init=self._blocks(found, view))
            return _key(found), stated, _reads(found)
        fans = torch_fans(view.size) if row is None else None  # the fans of an embedding are its own
        law = found[0].law
        law = _shortest(law, view)
        scheme = named(law, fans)
        stated = tensor._replace(init=scheme.init, fans=scheme.fans, evidence=scheme.comment, padding=row)
        return _key(found), stated, _reads(found)

    def _blocks(self, found: list[Piece], view: View) -> Mapping[str, Any]:
        """Return the scheme of a tensor whose parts have different laws; refuse parts that are no blocks of one axis."""
        whole = self.steps.shapes[view.block] == view.size and view.offset == 0
        if whole and view.stride == contiguous(view.size):
            short = [piece._replace(law=_shortest(piece.law, view)) for piece in found]
            if (init := blocks(short, view.size)) is not None:
                return init
        raise _Refused(PARTS.format(laws=_laws(found)))

    def _measured(self, tensor: FoundTensor, view: View) -> tuple[Any, FoundTensor, DrawsBehind]:
        try:
            found = measured(self._draws(view), _step(view.dtype), table=may_be_table(tensor.name))
        except TooLargeToDraw:
            raise _Refused(TOO_LARGE) from None
        if found is None:
            raise _Refused(INFINITE if np.isinf(next(self._draws(view))).any() else NO_LAW)
        stated = tensor._replace(init=found.init, evidence=found.evidence, padding=found.zero_row)
        if not found.random:
            return None, stated, DrawsBehind(())
        source, time = origin(self.steps, view, self.now)
        random = tuple(step.number for step in behind(self.steps, source, time))
        return (random, source[3:]), stated, draws_behind(self.steps, source, time)

    def _draws(self, view: View) -> Iterator[Array]:
        """Yield the tensor's values for one seed after another, in float64."""
        import torch

        for seed in range(1, 1000):
            with outside():
                values = replayed(self.steps, view, self.now, seed)
                yield values.to(torch.float64).numpy()


def _step(dtype: str) -> float:
    """Return the step of a number format at 1, 0 for whole numbers."""
    torch = import_module("torch")
    kind = getattr(torch, dtype)
    return float(torch.finfo(kind).eps) if kind.is_floating_point else 0.0


def _key(found: list[Piece]) -> Any:
    """Return what tells the values of a tensor from others, None for constants."""
    if all(piece.law.kind == "constant" for piece in found):
        return None
    return tuple(piece.key for piece in found)


def _reads(found: list[Piece]) -> DrawsBehind:
    return DrawsBehind(tuple(read for piece in found for read in piece.reads))


def _shortest(law: TensorLaw, view: View) -> TensorLaw:
    """Return the law of a constant with as few digits as its format needs; any other law as it is."""
    return constant(shortest(law.numbers[0], _step(view.dtype))) if law.kind == "constant" else law


def _holds(law: TensorLaw, dtype: str) -> bool:
    """Return whether a format holds the values of a law as they are: copies into others may cut them, or wrap around."""
    row = DTYPES.get(dtype)
    if row is None or law.kind == "constant" or (row.lowest is None and law.kind != "integers"):
        return True
    if law.kind != "integers":
        return False
    low, last = law.numbers[0], law.numbers[1] - 1
    if row.lowest is None:
        return max(abs(low), abs(last)) <= 2.0**row.digits
    return row.lowest <= low and last <= row.largest


def _zero_row(found: list[Piece], shape: tuple[int, ...]) -> int | None:
    """Return the row that is zero in a table that is drawn by one law otherwise; None for any other parts."""
    row = found[1].part
    rows = [(0, size) for size in shape[1:]]
    if (
        len(found) != 2
        or found[0].part != ((0, shape[0]), *rows)
        or found[1].law != constant(0)
        or len(shape) != 2
        or list(row[1:]) != rows
        or row[0][1] - row[0][0] != 1
    ):
        return None
    return row[0][0]


def _laws(found: list[Piece]) -> str:
    """Return the laws of the parts of a tensor as text."""
    texts = (
        law if isinstance(law, str) else ", ".join(f"{key} {value}" for key, value in law.items())
        for law in (piece.law.scheme() for piece in found)
    )
    return "; ".join(dict.fromkeys(texts))

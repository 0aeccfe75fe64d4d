"""What an import finds out about a model: its tensors, and the law by which each is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class FoundTensor(NamedTuple):
    """One tensor of a file, with the scheme that draws it.

    ``init`` is a scheme as a layer-spec writes it: a name, or a mapping such as ``{scheme: normal, std: 0.02}``.
    ``evidence`` says what speaks for it, for a comment. ``fans`` are fan_in and fan_out, for a scheme that needs them.
    ``tied_to`` is the name of the tensor whose values it has. ``padding`` is a row that is 0, of a table (count, dim)
    whose name ends in ``.weight``. A ``buffer`` is no parameter: no training changes it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    init: str | Mapping[str, Any]
    evidence: str = ""
    fans: tuple[float, float] | None = None
    tied_to: str | None = None
    padding: int | None = None
    buffer: bool = False


class Imported(NamedTuple):
    """A layer-spec as text, what is to be told about it, and the paths of the weight files that it was made of."""

    text: str
    notes: list[str]
    files: tuple[str, ...] = ()


class TracedModel(NamedTuple):
    """The tensors of a model that code built, and what is to be told about them."""

    tensors: list[FoundTensor]
    notes: list[str]

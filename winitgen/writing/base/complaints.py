"""Everything about a base that does not fit a plan, one line each."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence

from winitgen.audit.matching import PlannedArray
from winitgen.audit.name_patterns import NamePatterns
from winitgen.audit.true_arrays import true_array
from winitgen.drawing.whole.normed import KernelDraw
from winitgen.errors import Mistake
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.stored_array import StoredArray
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.nearest_ids import did_you_mean
from winitgen.planning.plan import Plan
from winitgen.spec.mistakes import MOST_MISTAKES, show, suggest
from winitgen.writing.base.choice import BaseChoice


class Complaints:
    """Collects what does not fit, with the place in the layer-spec or the option that has to change."""

    def __init__(self, planned: Plan, weights: OpenFile, choice: BaseChoice) -> None:
        self._found: list[Mistake] = []
        self._file = planned.file
        self._weights = weights
        self._choice = choice
        self._places = {
            parameter.path: location
            for layer, location in zip(planned.layers, planned.locations, strict=True)
            for parameter in layer.parameters
        }

    @property
    def found(self) -> list[Mistake]:
        """The lines, of which the last says how many there are if they are too many."""
        if len(self._found) <= MOST_MISTAKES:
            return self._found
        more = Mistake("--base", 0, 0, "", f"and {len(self._found) - MOST_MISTAKES:,} more")
        return [*self._found[:MOST_MISTAKES], more]

    def about_patterns(self, names: Sequence[str]) -> None:
        """Note each pattern that matches no name."""
        patterns = NamePatterns(self._choice.option, self._choice.patterns)
        for pattern in self._choice.patterns:
            if not any(patterns.fits(pattern, name) for name in names):
                hint = did_you_mean(pattern, names) or "; `winitgen plan` lists the tensors"
                self._option(self._choice.option, f"no tensor is called {show(pattern)}{hint}")

    def about_tensors(
        self, named: Sequence[Tensor], stored: Mapping[str, PlannedArray], drawn: Collection[str]
    ) -> None:
        """Note each tensor that the base lacks, without ``--add``, and each to be copied that it has otherwise."""
        taken = {pair.stored.name for pair in stored.values()}
        free = [array.name for array in self._weights.tensors if array.name not in taken]
        for tensor in named:
            pair = stored.get(tensor.name)
            if pair is None:
                if not self._choice.add:
                    self._lacking(tensor, free)
            elif tensor.name not in drawn and (why := self._misfit(pair)):
                self._tensor(tensor, why)

    def about_ties(self, named: Sequence[Tensor], drawn: Collection[str]) -> None:
        """Note a tensor that is drawn although another one with values of the same draw is copied."""
        sources = {tensor.name: _sources(tensor) for tensor in named}
        copied = {key: name for name, keys in sources.items() if name not in drawn for key in keys}
        for tensor in named:
            other = next((copied[key] for key in sources[tensor.name] if key in copied), None)
            if tensor.name in drawn and other is not None:
                self._tensor(
                    tensor,
                    f"it is drawn, but '{other}', whose values go with its own, is copied; draw both or neither",
                )

    def about_extra(self, kept: Sequence[StoredArray]) -> None:
        """Note each tensor of the base that the layer-spec lacks and that cannot be copied."""
        for array in kept:
            if not array.copiable:
                what = f"is {array.dtype}, which cannot be copied"
                if array.unread:
                    what = f"cannot be copied: {array.unread}"
                self._option(
                    "--base",
                    f"{quoted(array.name)} of {self._weights.path} {what}; leave it out with {self._advice(array.name)}",
                )

    def about_nothing(self, drawn: int, all_: int) -> None:
        """Note if nothing is left to be copied, or to be drawn."""
        if self._found:
            return
        path = self._weights.path
        if not drawn:
            option = self._choice.option if self._choice.patterns else "--add"
            self._option(
                option, f"every tensor is copied from {path}, and none is drawn; name one with --only"
            )
        elif drawn == all_:
            self._option("--base", f"every tensor is drawn, and none is copied from {path}; leave --base out")

    def _lacking(self, tensor: Tensor, free: Sequence[str]) -> None:
        near = suggest(tensor.name, free)
        instead = f"{near} If not, --add draws it" if near else "; --add draws it"
        self._tensor(tensor, f"{self._weights.path} has no such tensor{instead}")

    def _misfit(self, pair: PlannedArray) -> str:
        """Return why an array cannot take the place of a tensor, and what to write; empty if it can."""
        tensor, stored = pair.tensor, true_array(pair, self._weights.format)
        why = []
        if stored.shape != tensor.shape:
            why.append(f"has the shape {list(stored.shape)}, not {list(tensor.shape)}")
        if stored.dtype != tensor.dtype:
            why.append(f"is {stored.dtype}, not {tensor.dtype}")
        if not why and stored.unread:
            why.append(f"cannot be copied, as {stored.unread}")
        if not why:
            return ""
        draw = f"draw it with {self._advice(tensor.name)}"
        dtype_only = stored.shape == tensor.shape and stored.dtype in FLOAT_DTYPES
        instead = (
            f"write 'dtype: {stored.dtype}', or {draw}" if dtype_only else f"correct the shape, or {draw}"
        )
        if stored.shape == tensor.shape and not dtype_only:
            instead = draw
        return f"that of {self._weights.path} {' and '.join(why)}; {instead}"

    def _advice(self, name: str) -> str:
        """Return the option that draws a tensor too."""
        if self._choice.kept:
            return "an --except that does not match it"
        return f"--only {shlex.quote(name)}"

    def _tensor(self, tensor: Tensor, text: str) -> None:
        place = self._places[tensor.parameters[0].path]
        self._found.append(
            Mistake(self._file, place.line, place.column, place.path, f"{tensor.name}: {text}")
        )

    def _option(self, option: str, text: str) -> None:
        self._found.append(Mistake(option, 0, 0, "", text))


def _sources(tensor: Tensor) -> set[bytes]:
    """Return the keys from which the values of a tensor are drawn: of a copy, its target's; of what follows from a kernel, the kernel's."""
    own = [parameter for parameter in tensor.parameters if parameter.why != "layout"]
    keys = {parameter.key for parameter in own}
    for parameter in own:
        kernel = getattr(parameter.distribution, "kernel", None)
        if isinstance(kernel, KernelDraw):
            keys.add(kernel.key)
    return keys

"""Binds the values of files to the parameters that have them: the shape, the number format and the digest are checked."""

from __future__ import annotations

import os
from contextlib import ExitStack

from winitgen.drawing.distributions.file_values import FileValues
from winitgen.errors import Mistake, UnreadableError
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stored_bits import holds_bits, viewed
from winitgen.files.value_digest import digest_of
from winitgen.planning.plan import Parameter, Plan
from winitgen.spec.mistakes import suggest


class Misfit(Exception):
    """Values of a file that are not those of a parameter; the text says why."""


def matching(weights: OpenFile, name: str, shape: tuple[int, ...], dtype: str) -> StoredArray:
    """Return the array of this name, shape and number format; raise `Misfit` if the file has none."""
    arrays = {array.name: array for array in weights.tensors}
    if name not in arrays:
        raise Misfit(f"{weights.path} has no tensor '{name}'{suggest(name, arrays)}")
    stored = arrays[name]
    if stored.shape != shape:
        raise Misfit(f"'{name}' of {weights.path} has the shape {list(stored.shape)}, not {list(shape)}")
    if stored.dtype == dtype:
        return stored
    if holds_bits(stored, dtype, weights.format):
        return viewed(stored, dtype)
    raise Misfit(f"'{name}' of {weights.path} is {stored.dtype}, not {dtype}")


class Binder:
    """Binds parameters one by one; files stay open until ``stack`` closes them."""

    def __init__(self, planned: Plan, stack: ExitStack) -> None:
        self.planned = planned
        self.stack = stack
        self.forward = False
        self.mistakes: list[Mistake] = []
        self._files: dict[str, OpenFile | UnreadableError] = {}
        self._known: dict[tuple[object, ...], FileValues] = {}
        self._places = {
            parameter.id: location
            for layer, location in zip(planned.layers, planned.locations, strict=True)
            for parameter in layer.parameters
        }

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that no output may have: as they are named, and of all that is read for them."""
        opened = [found for found in self._files.values() if isinstance(found, OpenFile)]
        return (*self._files, *(path for found in opened for path in found.places))

    def check(self) -> None:
        """Raise `UnreadableError` if a file was changed since it was opened."""
        for weights in self._files.values():
            if isinstance(weights, OpenFile):
                weights.check()

    def refuse_misread(self) -> None:
        """Raise `UnreadableError` for a file that a loader may misread, now that its values have been read."""
        for weights in self._files.values():
            if isinstance(weights, OpenFile):
                refuse_misread(weights)

    def bound(self, parameter: Parameter) -> Parameter | None:
        """Return a parameter with its values, or None with the mistake noted."""
        values = parameter.distribution
        assert isinstance(values, FileValues)
        same = values[:3], parameter.shape, parameter.dtype
        try:
            if same not in self._known:
                self._known[same] = self._opened(values, parameter)
        except (Misfit, UnreadableError) as error:
            place = self._places[parameter.id].of("init")
            self.mistakes.append(
                Mistake(self.planned.file, place.line, place.column, place.path, f"{parameter.id}: {error}")
            )
            return None
        return parameter._replace(distribution=self._known[same])

    def _opened(self, values: FileValues, parameter: Parameter) -> FileValues:
        weights = self._file(os.path.join(os.path.dirname(self.planned.file), values.path))
        stored = matching(weights, values.tensor, parameter.shape, parameter.dtype)
        found = digest_of(stored)
        if found.sha256 != values.sha256:
            raise Misfit(
                f"the values of '{values.tensor}' in {weights.path} have the sha256 {found.sha256}, not {values.sha256}; "
                "the file is not the one that the layer-spec means"
            )
        self.forward |= stored.forward
        return values._replace(read=stored.read, low=found.low, high=found.high)

    def _file(self, path: str) -> OpenFile:
        """Return a file, opened once; raise `UnreadableError` for each parameter if it cannot be."""
        if path not in self._files:
            try:
                self._files[path] = self.stack.enter_context(open_weights(path))
            except UnreadableError as error:
                self._files[path] = error
        found = self._files[path]
        if isinstance(found, UnreadableError):
            raise found
        return found

"""A cache of results by the spec or plan that they were made from, for as long as that exists."""

from __future__ import annotations

import weakref
from typing import Generic, TypeVar

Source = TypeVar("Source")
Result = TypeVar("Result")


class Kept(Generic[Source, Result]):
    """The latest result for each object.

    Objects are compared by identity: specs and plans contain dictionaries and have no hash. The result is not
    stored in the object, so that it is not compared, printed, copied or pickled with it.
    """

    def __init__(self) -> None:
        self._results: dict[int, tuple[weakref.ref[Source], Result]] = {}

    def of(self, source: Source) -> Result | None:
        """Return the result that was kept for ``source``, or None."""
        known = self._results.get(id(source))
        return known[1] if known is not None and known[0]() is source else None

    def keep(self, source: Source, result: Result) -> Result:
        """Keep ``result``, which must not refer to ``source``, until ``source`` is gone; return it."""
        key = id(source)
        self._results[key] = (weakref.ref(source, lambda _: self._results.pop(key, None)), result)
        return result

"""Tables whose values are imported when they are asked for, so that a run loads only what its spec names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

from winitgen.numeric.kept_property import kept_property

T = TypeVar("T")


class OnDemand(Mapping[str, T]):
    """Values by name, in a fixed order; the module of a value is imported at the first look at it.

    ``find`` returns for each name the module and the attribute, as entry points have them:
    ``"package.module:ATTRIBUTE"``. It is called at the first look at the table. ``pick`` returns the value of a name from
    the attribute, if that is not the value itself.

    >>> table = OnDemand(lambda: {"half": "fractions:Fraction", "pi": "math:pi"})
    >>> list(table), "third" in table, table["pi"]
    (['half', 'pi'], False, 3.141592653589793)
    """

    def __init__(
        self, find: Callable[[], Mapping[str, str]], pick: Callable[[Any, str], T] | None = None
    ) -> None:
        self._find = find
        self._pick = pick
        self._found: dict[str, T] = {}

    @kept_property
    def homes(self) -> dict[str, str]:
        """Where each value is."""
        return dict(self._find())

    def __getitem__(self, name: str) -> T:
        if name not in self._found:
            module, _, attribute = self.homes[name].partition(":")
            found = getattr(import_module(module), attribute)
            self._found[name] = self._pick(found, name) if self._pick else found
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self.homes

    def __iter__(self) -> Iterator[str]:
        return iter(self.homes)

    def __len__(self) -> int:
        return len(self.homes)

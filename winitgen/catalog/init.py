"""A scheme as a spec requests it: the name and the options, before its row is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Never, TypeVar

Value = float | str | tuple[float, ...] | tuple[int, ...] | tuple["Init", ...]
"""The type of an option of a scheme; to a type checker, ints and bools are floats too."""

T = TypeVar("T")


class Init:
    """A scheme as a spec requests it: its name, and the options that are given. Frozen and hashable.

    An option of None counts as not given; the order of options makes no difference.

    >>> Init("normal", std=0.02, mean=None)
    Init('normal', std=0.02)
    """

    __slots__ = ("options", "scheme")
    scheme: str
    options: Mapping[str, Value]

    def __init__(self, scheme: str, **options: Value | None) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        object.__setattr__(self, "scheme", scheme)
        object.__setattr__(self, "options", MappingProxyType(given))

    def get(self, name: str, kind: type[T]) -> T | None:
        """Return an option, which must be of type ``kind``, or None if it is not given."""
        value = self.options.get(name)
        assert value is None or isinstance(value, kind), name
        return value

    def replace(self, **options: Value) -> Init:
        """Return the same scheme with these options in place of its own."""
        return Init(self.scheme, **{**self.options, **options})

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"an Init is frozen: {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Init):
            return NotImplemented
        return self.scheme == other.scheme and self.options == other.options

    def __hash__(self) -> int:
        return hash((self.scheme, frozenset(self.options.items())))

    def __reduce__(self) -> tuple[Callable[[str, dict[str, Value]], Init], tuple[str, dict[str, Value]]]:
        return _made, (self.scheme, dict(self.options))

    def __repr__(self) -> str:
        return f"Init({', '.join([repr(self.scheme), *(f'{k}={v!r}' for k, v in self.options.items())])})"


def _made(scheme: str, options: dict[str, Value]) -> Init:
    """Return a scheme that was sent to another process: its options cannot be changed, so they cannot be sent as they are."""
    return Init(scheme, **options)


AUTO = Init("auto")
ZEROS = Init("zeros")
ONES = Init("ones")

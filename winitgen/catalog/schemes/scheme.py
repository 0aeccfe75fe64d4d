"""What a scheme is, and how a spec asks for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Never, TypeVar

if TYPE_CHECKING:
    from winitgen.catalog.schemes.options import Option
    from winitgen.catalog.schemes.request import DrawSpec, SchemeRequest

Value = float | str | tuple[float, float]
"""What an option of a scheme may hold; whole numbers and switches are floats to a type checker."""

T = TypeVar("T")


class Scheme(NamedTuple):
    """One row: what a spec can call it, what it may be told, where it comes from, and how it is built.

    ``build`` turns a request for the scheme into the distribution to draw from. ``options`` are the
    keys that a mapping with this scheme may have, each with what it takes, ``needs`` those it must
    have, and ``defaults`` the values of others that are left out. ``scale``, ``mode`` and
    ``distribution`` are the row's part of the one formula: a ``mode`` means that the scheme follows the
    fans, an empty ``distribution`` that the spec's default holds.
    """

    name: str
    formula: str
    paper: str
    build: Callable[[SchemeRequest], DrawSpec]
    options: Mapping[str, Option] = MappingProxyType({})
    needs: tuple[str, ...] = ()
    defaults: Mapping[str, Value] = MappingProxyType({})
    scale: float = 0.0
    mode: str = ""
    distribution: str = ""

    @property
    def implied(self) -> dict[str, Value]:
        """The options that change nothing, as they hold without being given."""
        return {"bounds": 2.0, "correct": True, "mode": self.mode, "scale": self.scale, **self.defaults}


class Init:
    """A scheme as a spec asks for it: its name, and the options that are given. Frozen and hashable.

    An option of None is one that is not given; their order makes no difference.

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
        """Return an option, which is of this type where it is given, or None."""
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

    def __repr__(self) -> str:
        return f"Init({', '.join([repr(self.scheme), *(f'{k}={v!r}' for k, v in self.options.items())])})"


AUTO = Init("auto")
ZEROS = Init("zeros")
ONES = Init("ones")

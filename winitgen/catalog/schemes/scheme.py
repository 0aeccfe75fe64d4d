"""What a scheme is, and how a spec requests one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Never, TypeVar

if TYPE_CHECKING:
    from winitgen.catalog.schemes.options import Option
    from winitgen.catalog.schemes.request import DrawSpec, SchemeRequest

Value = float | str | tuple[float, float]
"""The type of an option of a scheme; to a type checker, ints and bools are floats too."""

T = TypeVar("T")


class Scheme(NamedTuple):
    """One row: the name in a spec, the formula with its paper, the options, and the builder.

    ``build`` turns a request for the scheme into the distribution to draw from. ``options`` are the
    keys that a mapping with this scheme may have, each with the values it takes, ``needs`` are the required
    ones, and ``defaults`` the values of others that are left out. ``scale``, ``mode`` and ``distribution``
    are the row's terms in the common formula: a scheme with a ``mode`` depends on the fans, and an empty
    ``distribution`` stands for the spec's default.
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
        """The values that options have if they are not given."""
        return {"bounds": 2.0, "correct": True, "mode": self.mode, "scale": self.scale, **self.defaults}


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

    def __repr__(self) -> str:
        return f"Init({', '.join([repr(self.scheme), *(f'{k}={v!r}' for k, v in self.options.items())])})"


AUTO = Init("auto")
ZEROS = Init("zeros")
ONES = Init("ones")

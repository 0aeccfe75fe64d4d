"""Arguments of several values: texts, or numbers, which may be an array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from winitgen.arguments.kinds import some_text
from winitgen.arguments.plain_values import number
from winitgen.arguments.shown import shown
from winitgen.errors import UsageError


def texts(name: str, value: object) -> tuple[str, ...]:
    """Return the texts of a list; a single text is refused, because it would be taken letter by letter."""
    return tuple(some_text(f"{name}[{index}]", item) for index, item in _items(name, value))


def numbers(name: str, value: object) -> list[int | float]:
    """Return the finite numbers of a list or of an array with one axis."""
    return [number(f"{name}[{index}]", item) for index, item in _items(name, value)]


def ranges(name: str, value: object, shape: Sequence[int]) -> list[range]:
    """Return one ``range`` for each axis of a shape, within it and upwards."""
    found = [item for _, item in _items(name, value)]
    if len(found) != len(shape):
        raise UsageError(f"{name} is one range for each of {len(shape)} axes, not {len(found)}")
    return [_within(f"{name}[{axis}]", *pair) for axis, pair in enumerate(zip(found, shape, strict=True))]


def _within(name: str, value: object, size: int) -> range:
    """Return a range of indices of an axis of a size."""
    if not isinstance(value, range):
        raise UsageError(f"{name} is a range, such as range({size}), not {shown(value)}")
    if value.step < 1 or (value and not 0 <= value[0] <= value[-1] < size):
        raise UsageError(f"{name} is a range within range({size}), its step at least 1, not {value}")
    return value


def _items(name: str, value: object) -> Iterable[tuple[int, object]]:
    """Return the numbered items of a sequence, or of an array with one axis; a generator is refused, as it may not end."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray | memoryview):
        try:
            found: object = value.tolist() if value.ndim == 1 else None  # type: ignore[attr-defined]
        except Exception:  # no array
            found = None
        if not isinstance(found, list):
            raise UsageError(f"{name} is a list, not {shown(value)}")
        return enumerate(found)
    return enumerate(value)

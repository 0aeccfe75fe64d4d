"""Keys of dictionaries in a pickle: which ``torch.save`` writes, and which are equal for Python."""

from __future__ import annotations

from typing import Any

from winitgen.files.formats.pytorch.pickled import GlobalName, Made
from winitgen.files.formats.pytorch.rebuilt import SIZE
from winitgen.files.formats.pytorch.torch_formats import is_allowed

_HASHED = frozenset({SIZE, "torch.device", "_codecs.encode"})
_LONGEST = 8
_DEEPEST = 2


def is_key(key: Any) -> bool:
    """Tell whether a value can be a key of a dictionary in what ``torch.save`` writes; what PyTorch refuses anyway may be one."""
    if type(key) is tuple:
        return len(key) <= _LONGEST and all(_is_plain(one) for one in key)
    return _is_plain(key)


def _is_plain(key: Any) -> bool:
    if isinstance(key, Made):
        return key.name in _HASHED or not is_allowed(key.name)
    return key is None or isinstance(key, str | int | float | bytes | GlobalName)


def equal_key(key: Any, other: str, depth: int = _DEEPEST) -> tuple[str, str]:
    """Return the kind and the text of a key that equal ones share; ``other`` is the text of one that is equal to no other.

    >>> {equal_key(key, "") for key in (1, True, 1.0)}, equal_key("1", "")
    ({('number', '1')}, ('str', '1'))
    """
    if isinstance(key, Made) and key.name in _HASHED and type(key.args) is tuple:
        key = key.args[0] if key.name == SIZE and key.args else key.args
    if type(key) is tuple:
        known = depth > 0 and is_key(key)
        return "tuple", repr([equal_key(one, other, depth - 1) for one in key]) if known else other
    if isinstance(key, GlobalName):
        return "name", key.name
    if not isinstance(key, int | float):
        return type(key).__name__, str(key) if isinstance(key, str | bytes) else other
    if isinstance(key, bool) or (isinstance(key, float) and key.is_integer()):
        key = int(key)
    return "number", str(key)

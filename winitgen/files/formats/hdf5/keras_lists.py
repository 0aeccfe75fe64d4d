"""The lists of names by which Keras's older form is read: whether they name each dataset, or each group, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NAMES, GROUPS, CONFIG = "weight_names", "layer_names", "model_config"

LISTING = (GROUPS, NAMES, CONFIG)
"""Attributes by which Keras says which datasets are read, and in which order; with numbers if they are long."""

LONGEST = 1 << 16
"""Bytes of an attribute that Keras writes at most; it divides longer lists."""

MOST = 1 << 16
"""Names that are compared at most, in one group."""

_APART = ("top_level_model_weights", "optimizer_weights")
"""Groups with a list of their own that no list of layers names."""


def names_all(group: Any, attribute: str) -> bool:
    """Tell whether a list of an h5py group names all there is in it once: datasets, or groups of layers.

    A model's config names none. A name that leads out of the group, or over a link that h5py follows, is of nothing in it.
    """
    if attribute.startswith(CONFIG):
        return True
    base = NAMES if attribute.startswith(NAMES) else GROUPS
    try:
        listed = _listed(group, base)
        found = list(_members(group, len(listed)) if base == GROUPS else _datasets(group, len(listed)))
    except (OSError, RuntimeError, TypeError, ValueError, KeyError):  # a damaged list or group names nothing
        return False
    return sorted(listed) == sorted(found)


def _listed(group: Any, base: str) -> list[str]:
    """Return the names of a list, of all its parts; raise `ValueError` if it is none or too long."""
    names: list[str] = []
    for key in group.attrs:
        if key != base and not (key.startswith(base) and key[len(base) :].isdecimal()):
            continue
        identifier = group.attrs.get_id(key)
        if len(identifier.shape or ()) != 1 or identifier.shape[0] * identifier.dtype.itemsize > LONGEST:
            raise ValueError(key)
        names += [one.decode() if isinstance(one, bytes) else one for one in group.attrs[key].tolist()]
        if len(names) > MOST or not all(isinstance(one, str) for one in names):
            raise ValueError(key)
    return names


def _datasets(group: Any, count: int) -> list[str]:
    """Return the paths of the datasets in a group by its hard links; no more than show that there are more than ``count``.

    A group in it has no such list of its own, so that nothing is visited for more than one list.
    """
    from h5py import Dataset

    found: list[str] = []
    seen: list[str] = []

    def visit(name: str, one: Any) -> bool | None:
        seen.append(name)
        if isinstance(one, Dataset):
            found.append(name)
        return True if len(seen) > 4 * count + 16 or NAMES in one.attrs else None

    if group.visititems(visit):
        raise ValueError(group.name)
    return found


def _members(group: Any, count: int) -> Iterator[str]:
    """Yield the names of the groups of layers in a group."""
    from h5py import Group, HardLink

    if len(group) > count + len(_APART):
        raise ValueError(group.name)
    for name in group:
        is_own = name not in _APART and isinstance(group.get(name, getlink=True), HardLink)
        if is_own and isinstance(group[name], Group):
            yield name

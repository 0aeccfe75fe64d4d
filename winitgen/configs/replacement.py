"""A config with other values, and without the fields that no longer fit these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from winitgen.configs.config import Config
from winitgen.configs.family import Family

LABELS = ("id2label", "label2id")
"""The names of the classes, which the library counts where a config has no ``num_labels``."""


def replaced(config: Config, fields: Mapping[str, Any], family: Family) -> Config:
    """Return the config with other values for ``fields``, without the derived fields of the values that changed.

    The library works a derived field out from the others if a config lacks it, and writes it into each config that it
    saves; the old one would contradict the new values. One that is in ``fields`` itself stays. The names of the classes
    go if their number is another, as in the library, which then names them ``LABEL_0`` and so on.
    """
    changed = {
        family.aliases.get(name, name)
        for name, value in fields.items()
        if name not in config.fields or config.fields[name] != value
    }
    stale = {
        name
        for name, sources in family.derived.items()
        if name not in fields and not changed.isdisjoint(sources)
    }
    if not _are_names_of(config.fields.get("id2label"), fields.get("num_labels")):
        stale.update(LABELS)
    new = config.replaced(fields)
    return replace(new, fields={name: value for name, value in new.fields.items() if name not in stale})


def _are_names_of(names: Any, count: Any) -> bool:
    """Return whether a config may keep its names of classes beside a new number of these; None is no new number."""
    return count is None or (isinstance(names, dict) and len(names) == count)

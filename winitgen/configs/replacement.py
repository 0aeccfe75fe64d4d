"""A config with other values, and without the fields that no longer fit these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from winitgen.configs.config import Config
from winitgen.configs.family import Family


def replaced(config: Config, fields: Mapping[str, Any], family: Family) -> Config:
    """Return the config with other values for ``fields``, without the derived fields of the values that changed.

    The library works a derived field out from the others if a config lacks it, and writes it into each config that it
    saves; the old one would contradict the new values. One that is in ``fields`` itself stays.
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
    new = config.replaced(fields)
    return replace(new, fields={name: value for name, value in new.fields.items() if name not in stale})

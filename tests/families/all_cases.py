"""The cases of all families."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from tests.families import cases
from tests.families.family_cases import FamilyCases


def found() -> dict[str, FamilyCases]:
    """Return the cases of every family by its model type."""
    return {
        module.name: import_module(f"{cases.__name__}.{module.name}").CASES
        for module in iter_modules(cases.__path__)
    }


FAMILIES = found()
PAIRS = [
    pytest.param(name, case, id=f"{name} {which}")
    for name, family in FAMILIES.items()
    for which, case in family.all().items()
]
"""Each case of each family, with the family's name."""

"""The operations by the type of the layer: `OPERATIONS` has one for every layer with a place in the flow."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from winitgen.probing.operations.operation import Operation


def _found() -> dict[str, type[Operation]]:
    """Import every module of this package and collect the operations it has, by the types they are for."""
    found: dict[str, type[Operation]] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Operation):
                found.update(dict.fromkeys(value.types, value))
    return found


OPERATIONS = _found()

"""The operations by layer type: `OPERATIONS` has one for every type of layer that is part of the flow."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.layer import Layer
from winitgen.probing.operations.operation import Operation


def _found() -> dict[type[Layer], type[Operation]]:
    """Import every module of this package and collect its operations, by the layer families they implement."""
    found: dict[type[Layer], type[Operation]] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Operation):
                found.update(dict.fromkeys(value.layers, value))
    return found


def _by_type() -> dict[str, type[Operation]]:
    """Return the operation of each layer type: that of its nearest base family."""
    found = _found()
    nearest = {name: [found[base] for base in kind.__mro__ if base in found] for name, kind in LAYERS.items()}
    return {name: operations[0] for name, operations in nearest.items() if operations}


OPERATIONS = _by_type()

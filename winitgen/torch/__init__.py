"""PyTorch: a live module, or a distributed checkpoint that is not there, gets the values of a layer-spec.

Whoever asks for one of its names needs PyTorch; ``import winitgen`` does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winitgen.torch.filling import init_
    from winitgen.torch.module_spec import ModuleSpec, from_module
    from winitgen.torch.storage_reader import StorageReader

__all__ = ["ModuleSpec", "StorageReader", "from_module", "init_"]

_HOMES = {
    "ModuleSpec": "module_spec",
    "StorageReader": "storage_reader",
    "from_module": "module_spec",
    "init_": "filling",
}


def __dir__() -> list[str]:
    """Return the public names, which are imported on first use."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Import a public name on first use; raise `UsageError` if PyTorch is not installed."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module
    from importlib.util import find_spec

    from winitgen.errors import UsageError

    if find_spec("torch") is None:
        raise UsageError(f"PyTorch is needed for {__name__}.{name}; install it with: pip install torch")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

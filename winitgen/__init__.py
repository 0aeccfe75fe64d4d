"""Turn a layer-spec in YAML into the initial weights of a neural network, as a file.

>>> import winitgen
>>> weights = winitgen.generate({"input": 4, "layers": [{"name": "fc", "type": "dense", "units": 2}]})
>>> {name: array.shape for name, array in weights.items()}
{'fc.weight': (2, 4), 'fc.bias': (2,)}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from winitgen.api import Written, finalize, write
    from winitgen.audit.diff.report import diff
    from winitgen.audit.inspect.report import inspect
    from winitgen.audit.verify.check import verify
    from winitgen.checkpoint.opened import Checkpoint, open  # noqa: A004  # winitgen.open, as safe_open
    from winitgen.errors import (
        DiffersError,
        ExistsError,
        Mistake,
        OutputError,
        SpecError,
        UnreadableError,
        UsageError,
        WinitgenError,
    )
    from winitgen.in_memory import generate
    from winitgen.load import load_spec, plan
    from winitgen.planning.plan import Parameter, Plan
    from winitgen.probing.options import probe
    from winitgen.report.model_summary import summary
    from winitgen.spec.model import ModelSpec
    from winitgen.writing.converting import convert

__all__ = [
    "Checkpoint",
    "DiffersError",
    "ExistsError",
    "Mistake",
    "ModelSpec",
    "OutputError",
    "Parameter",
    "Plan",
    "SpecError",
    "UnreadableError",
    "UsageError",
    "WinitgenError",
    "Written",
    "__version__",
    "convert",
    "diff",
    "finalize",
    "generate",
    "inspect",
    "load_spec",
    "open",
    "plan",
    "probe",
    "summary",
    "verify",
    "write",
]

_HOMES = {
    **dict.fromkeys(("Written", "finalize", "write"), "api"),
    "generate": "in_memory",
    **dict.fromkeys(("load_spec", "plan"), "load"),
    **dict.fromkeys(("Checkpoint", "open"), "checkpoint.opened"),
    "convert": "writing.converting",
    "diff": "audit.diff.report",
    "inspect": "audit.inspect.report",
    "probe": "probing.options",
    "summary": "report.model_summary",
    "verify": "audit.verify.check",
    **dict.fromkeys(("Parameter", "Plan"), "planning.plan"),
    "ModelSpec": "spec.model",
}

_FRAMEWORKS = ("jax", "keras", "torch")
"""Packages for live models, each of which needs the framework of its name once it is used."""


def __dir__() -> list[str]:
    """Return the public names, which are imported on first use."""
    return sorted([*__all__, *_FRAMEWORKS])


def __getattr__(name: str) -> Any:
    """Import a public name on first use: ``winitgen --help`` needs none of them."""
    from importlib import import_module

    if name in _FRAMEWORKS:
        return import_module(f"{__name__}.{name}")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)

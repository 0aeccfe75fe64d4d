"""The tensors of a module of PyTorch, by its ``state_dict``."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import torch

from winitgen.importing.found import TracedModel
from winitgen.importing.trace.recorder import recording
from winitgen.importing.trace.refusals import LOOKED, OUTSIDE
from winitgen.importing.trace.traced import TracedTensors


def tensors_of(build: Any, kwargs: Mapping[str, Any], file: str) -> TracedModel | Any:
    """Return the tensors of the module that ``build`` returns, or what it returns if that is no module.

    The module is built without memory for its weights. Raises what ``build`` raises, and `SpecError` for tensors
    whose law cannot be said.
    """
    before = random.getstate()
    with recording() as recorder, torch.no_grad():
        module = build(**kwargs)
        if not isinstance(module, torch.nn.Module):
            return module
        tensors = {
            name: value for name, value in module.state_dict().items() if isinstance(value, torch.Tensor)
        }
    notes = [LOOKED] * recorder.looked + [OUTSIDE] * (before != random.getstate())
    traced = TracedTensors(recorder)
    buffers = {name for name, _ in module.named_buffers(remove_duplicate=False)}
    found = [one._replace(buffer=one.name in buffers) for one in traced.found(tensors, file)]
    return TracedModel(found, traced.shared.notes() + notes)

"""Fresh checkpoints of real libraries, each with the true law of its tensors."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.families import checkpoints
from tests.families.all_cases import FAMILIES
from tests.families.family_cases import Case
from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build
from tests.importing import models_flax, models_keras, models_torch
from tests.importing.truth import Truth, measured, of_plan
from winitgen.load import plan
from winitgen.numeric.arrays import Array

DRAWS = 12
"""How often a model is built to know its laws."""


def _family(name: str, case: Case, folder: Path) -> tuple[Path, dict[str, Truth]]:
    os.environ["HF_HUB_OFFLINE"] = "1"
    torchvision_of_any_build()
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    model = checkpoints.new_model(transformers, torch, name, case)
    model.save_pretrained(folder)
    return folder / "model.safetensors", of_plan(plan(str(folder / "config.json")))


Save = Callable[[Any, Path], tuple[Path, dict[str, Array]]]


def _other(build: Callable[[int], Any], save: Save, folder: Path) -> tuple[Path, dict[str, Truth]]:
    """Return the file of one draw, and the laws over several."""
    draws = []
    for seed in range(1, DRAWS + 1):
        path, values = save(build(seed), folder)
        draws.append({name: np.asarray(value) for name, value in values.items()})
    return path, measured(draws)


def _sources() -> dict[str, Callable[[Path], tuple[Path, dict[str, Truth]]]]:
    found: dict[str, Callable[[Path], tuple[Path, dict[str, Truth]]]] = {}
    for name, family in FAMILIES.items():
        for which, case in (("", family.usual), (" unusual", family.unusual)):
            found[name + which] = lambda folder, name=name, case=case: _family(name, case, folder)
    for library, save in (
        (models_torch, models_torch.save),
        (models_keras, models_keras.save),
        (models_flax, models_flax.save),
    ):
        for name, build in library.MODELS.items():
            found[name] = lambda folder, build=build, save=save: _other(build, save, folder)
    return found


SOURCES = _sources()


def fresh(name: str, folder: Path) -> tuple[Path, dict[str, Truth]]:
    """Return the path of a fresh checkpoint, and the law of each of its tensors."""
    return SOURCES[name](folder)

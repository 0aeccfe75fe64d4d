"""Each family in the release of the library that this process imports; `tests.families.versions` starts it.

``python -m tests.families.measured_version VERSION RESULT.json FAMILY...``
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import winitgen
from tests.families import checkpoints
from tests.families.all_cases import FAMILIES
from tests.families.checkpoint_words import (
    Words,
    kinds_in_words,
    laws_in_words,
    question,
    shortened,
    subtrees,
    together,
)
from tests.families.checkpoints import Checkpoint
from tests.families.family_cases import Case
from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build
from winitgen.configs.family import template_of
from winitgen.errors import SpecError

SEEDS = (0, 1, 2)
"""A law differs if it does with each of these: with one, some of thousands of comparisons would fail by chance."""


def main(arguments: list[str]) -> None:
    """Measure the families and write what was found, by family."""
    version, result, *names = arguments
    warnings.simplefilter("ignore")  # of old code on a new PyTorch
    torch, transformers = libraries()
    assert version == transformers.__version__
    found = {}
    for name in names:
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            found[name] = Measured(torch, transformers, name, Path(folder)).family()
        seconds = time.perf_counter() - start
        print(f"{transformers.__version__} {name}: {seconds:.0f} s", file=sys.stderr, flush=True)
    Path(result).write_text(json.dumps(found))


def libraries() -> tuple[Any, Any]:
    """Return PyTorch and transformers, which prints nothing."""
    import torch

    torchvision_of_any_build()
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return torch, transformers


class Measured:
    """A family in this release: its cases, built and saved by the library, beside winitgen's files."""

    def __init__(self, torch: Any, transformers: Any, name: str, folder: Path) -> None:
        self.torch, self.transformers, self.name = torch, transformers, name
        self.theirs, self.ours = folder / "theirs", folder / "ours"
        self.config, self.short = self.theirs / "config.json", folder / "short.json"

    def family(self) -> str | dict[str, Any]:
        """Return ``absent``, ``same``, or what differs in some case and whether the library reads winitgen's files."""
        cases = FAMILIES[self.name].all().values()
        if self.name not in self.transformers.CONFIG_MAPPING or not any(map(self._class, cases)):
            return "absent"
        words = together(map(self.case, cases))
        differs: dict[str, Any] = {what: lines for what, lines in words.items() if lines}
        if not differs:
            return "same"
        return {"reads": True, **differs} if "reads" in words else differs

    def case(self, case: Case) -> Words:
        """Return what differs in a case; ``reads`` is empty if the library reads winitgen's file without a word."""
        if not self._class(case):
            return {"classes": [f"- {case.cls}"]}
        try:
            case = Case(case.cls, self._spelled(case.fields))
            theirs = self._saved(case, 0)
        except Exception as refusal:  # whatever the release raises is what is measured
            return {"refused": [shortened(f"{case.cls}: {type(refusal).__name__}: {refusal}")]}
        self.short.write_text(
            json.dumps({"model_type": self.name, "architectures": [case.cls], **case.fields})
        )
        refused, refused_too = mistakes(self.config), mistakes(self.short)
        if refused and refused_too:
            return {"config": refused}
        config = self.short if refused else self.config
        ours = checkpoints.write(config, self.ours)
        words = {"config": refused, **kinds_in_words(theirs, ours), "reads": self._reads(case, theirs, ours)}
        words |= {"defaults": [] if refused_too else self._defaults(theirs, words)}
        return words | {"laws": self._laws(case, config, theirs, ours)}

    def _spelled(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return fields under the names that this release knows, where a family has several for one."""
        known = self.transformers.AutoConfig.for_model(self.name)
        template = template_of(self.name)
        aliases = template.family.aliases if template else {}

        def spelled(field: str) -> str:
            variable = aliases.get(field, field)
            names = [field, variable, *(name for name, other in aliases.items() if other == variable)]
            return next((name for name in names if hasattr(known, name)), field)

        return {spelled(field): value for field, value in fields.items()}

    def _class(self, case: Case) -> Any:
        """Return the class of a case, or None in a release that has none."""
        return getattr(self.transformers, case.cls, None)

    def _saved(self, case: Case, seed: int) -> Checkpoint:
        """Return the checkpoint of a new model as the library saves it."""
        model = checkpoints.new_model(self.transformers, self.torch, self.name, case, seed)
        model.save_pretrained(self.theirs)
        return checkpoints.read(self.theirs / "model.safetensors")

    def _defaults(self, theirs: Checkpoint, known: Words) -> list[str]:
        """Return what differs only from a config that leaves out the defaults, as they are of another release."""
        found = kinds_in_words(theirs, checkpoints.write(self.short, self.ours))
        return [line for what, lines in found.items() for line in lines if line not in known.get(what, [])]

    def _laws(self, case: Case, config: Path, theirs: Checkpoint, ours: Checkpoint) -> list[str]:
        """Return the laws that differ with every seed."""
        found = laws_in_words(theirs, ours)
        for seed in SEEDS[1:]:
            if found:
                again = laws_in_words(self._saved(case, seed), checkpoints.write(config, self.ours, seed))
                found = [line for line in found if question(line) in map(question, again)]
        return found

    def _reads(self, case: Case, theirs: Checkpoint, ours: Checkpoint) -> list[str]:
        """Return what the library misses, does not expect, or finds in another shape in the file just written."""
        shutil.copy(self.config, self.ours / "config.json")
        options = {"output_loading_info": True, "ignore_mismatched_sizes": True}
        try:
            _, report = self._class(case).from_pretrained(self.ours, **options)
        except Exception as refusal:  # whatever the release raises is what is measured
            return [shortened(f"{type(refusal).__name__}: {refusal}")]
        found = []
        for kind, keys in report.items():
            names = [key if isinstance(key, str) else key[0] for key in keys]
            whole = ours if kind == "unexpected_keys" else theirs
            found += [f"{kind.removesuffix('_keys')}: {name}" for name in subtrees(names, whole)]
        return found


def mistakes(config: Path) -> list[str]:
    """Return why winitgen refuses a config."""
    try:
        winitgen.plan(config)
    except SpecError as refusal:
        return [shortened(f"{mistake.path}: {mistake.message}") for mistake in refusal.mistakes]
    return []


if __name__ == "__main__":
    main(sys.argv[1:])

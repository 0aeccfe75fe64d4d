"""Each family against the library: the same file, drawn by the same laws, and read without a word.

To add a family, add a module to ``tests/families/cases/`` with its ``CASES``.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

import winitgen
from tests.families import checkpoints
from tests.families.all_cases import FAMILIES, PAIRS
from tests.families.family_cases import Case, FamilyCases
from tests.families.library_classes import classes_of
from winitgen.configs.conversion import convert
from winitgen.configs.family import model_types
from winitgen.spec.model import ModelSpec

SEEDS = 4
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def quiet(transformers: Any) -> None:
    """Keep the library from writing notes into the output of the tests."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


class Built(NamedTuple):
    """A case of a family: the library's new model and its file, and the layer-spec and the folder of winitgen's."""

    name: str
    case: Case
    model: Any
    theirs: Path
    spec: ModelSpec
    ours: Path

    def write(self, seed: int) -> Path:
        """Write winitgen's file beside the library's config, and return it."""
        path = self.ours / "model.safetensors"
        winitgen.write(self.spec, path, seed=seed, fsync=False, force=True)
        return path


@pytest.fixture(scope="module", params=[pytest.param(pair.values, id=pair.id) for pair in PAIRS])
def built(request: pytest.FixtureRequest, transformers: Any, torch: Any) -> Iterator[Built]:
    """Each case once for all tests of it: most of their time is the building of models and the reading of specs."""
    name, case = request.param
    with TemporaryDirectory() as folder:
        theirs, ours = Path(folder, "theirs"), Path(folder, "ours")
        with torch.random.fork_rng():
            model = checkpoints.new_model(transformers, torch, name, case)
            model.save_pretrained(theirs)
        ours.mkdir()
        copy(theirs / "config.json", ours)
        yield Built(name, case, model, theirs, winitgen.load_spec(ours / "config.json"), ours)


def test_the_file_is_the_librarys(built: Built) -> None:
    """The file has the names, shapes and number formats of the library's own, and is drawn by the same laws."""
    theirs = checkpoints.read(built.theirs / "model.safetensors")
    ours = checkpoints.read(built.write(0))

    assert checkpoints.kinds(theirs) == checkpoints.kinds(ours)
    assert [] == list(checkpoints.differences(ours, theirs))


def test_a_config_of_few_fields_is_enough(built: Built, tmp_path: Path) -> None:
    """What a config leaves out has the library's default: the tensors are those of the config written in full."""
    fields = {"model_type": built.name, "architectures": [built.case.cls], **built.case.fields}
    (tmp_path / "short.json").write_text(json.dumps(fields))

    assert checkpoints.planned_kinds(built.spec) == checkpoints.planned_kinds(tmp_path / "short.json")


def test_the_library_reads_it_and_its_outputs_are_a_new_models(
    built: Built, transformers: Any, torch: Any
) -> None:
    """No key is missing, unexpected or of another shape; the outputs vary as those of a new model do, within 5 %.

    The spread of a small model's outputs depends on the seed, so the means over several seeds are compared, within
    3 standard errors where those are more. This is done for two cases of a family: in all of them the laws of each
    tensor are compared above, and the outputs are finite.
    """
    name, case, family = built.name, built.case, FAMILIES[built.name]
    seeds = range(SEEDS if case in (family.usual, family.unusual) else 1)
    with torch.random.fork_rng():
        ours = []
        for seed in seeds:
            built.write(seed)
            read, report = getattr(transformers, case.cls).from_pretrained(
                built.ours, output_loading_info=True
            )
            ours.append(spread(family, read, torch))

            assert {} == {key: found for key, found in report.items() if found}
        if len(seeds) == 1:
            return
        theirs = [spread(family, built.model, torch)]
        for seed in seeds[1:]:
            new = checkpoints.new_model(transformers, torch, name, case, seed)
            theirs.append(spread(family, new, torch))
    error = math.sqrt((statistics.variance(ours) + statistics.variance(theirs)) / SEEDS)
    expected = statistics.mean(theirs)

    assert statistics.mean(ours) == pytest.approx(expected, abs=max(0.05 * expected, 3 * error)), (
        ours,
        theirs,
    )


@pytest.mark.parametrize("name", sorted(model_types()))
def test_the_library_reads_what_is_left_of_its_default_config(
    name: str, transformers: Any, tmp_path: Path
) -> None:
    """The shrunk config loads, and the checkpoint has each of its tensors and no other.

    So does that of a config that the library itself cannot build, as a field that it needs is null by default.
    """
    cls = classes_of(transformers, name)[0]
    config = {"model_type": name, "architectures": [cls]}
    small = convert(json.dumps(config).encode(), name, shrink=True)
    (tmp_path / "config.json").write_bytes(small.content)
    winitgen.write(tmp_path / "config.json", tmp_path / "model.safetensors", fsync=False)

    _, report = getattr(transformers, cls).from_pretrained(tmp_path, output_loading_info=True)

    assert {} == {key: found for key, found in report.items() if found}


@pytest.mark.parametrize("name", sorted(model_types()))
def test_the_library_reads_what_is_left_of_the_config_that_it_saves(
    name: str, transformers: Any, tmp_path: Path
) -> None:
    """A config with every field, also those that the library works out from others, is shrunk and loads."""
    cls = classes_of(transformers, name)[0]
    config = transformers.AutoConfig.for_model(name, architectures=[cls])
    config.save_pretrained(tmp_path)
    path = tmp_path / "config.json"
    path.write_bytes(convert(path.read_bytes(), name, shrink=True).content)
    winitgen.write(path, tmp_path / "model.safetensors", fsync=False)

    _, report = getattr(transformers, cls).from_pretrained(tmp_path, output_loading_info=True)

    assert {} == {key: found for key, found in report.items() if found}


def spread(family: FamilyCases, model: Any, torch: Any) -> float:
    """Return the standard deviation of a model's outputs, which must be finite, in float32."""
    torch.manual_seed(1)
    model = model.eval().float()
    with torch.no_grad():
        out = family.output(model(**family.inputs(torch, model.config)))

    assert torch.isfinite(out).all()
    return float(out.std())

"""What winitgen draws by a spec, winitgen finds again: the laws of the examples, from their files."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from tests.importing.truth import judged, of_plan
from winitgen.importing.weights import of_file
from winitgen.layouts import tensors
from winitgen.load import parse_spec, plan

SPECS = Path(__file__).parents[2] / "specs"
NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))
QUICK = {
    "autoencoder",
    "dcgan",
    "deck",
    "gpt2",
    "lenet5",
    "llama-tiny",
    "lstm",
    "mlp",
    "siren",
    "transformer",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in NAMES]
)
def test_the_laws_of_an_example_are_found_again(name: str, tmp_path: Path) -> None:
    """Each tensor of the example has, in the spec of its file, the law of the example, within 2 % or 4 standard errors."""
    spec, path = SPECS / f"{name}.yaml", tmp_path / "model.safetensors"
    winitgen.write(spec, path, fsync=False)
    found = plan(parse_spec(of_file(str(path), fit=True).text.encode(), "found.yaml"))
    path.unlink()  # pytest keeps folders of earlier runs, and these files are large
    laws, sizes = of_plan(found), {tensor.name: tensor.size for tensor in tensors(found)}
    truths = of_plan(plan(spec))

    assert set(truths) == set(laws)
    wrong = {name: judged(truth, laws[name], "", sizes[name], strict=False) for name, truth in truths.items()}
    assert {} == {name: verdict for name, verdict in wrong.items() if verdict}


def test_every_example_is_tested() -> None:
    """The quick ones are examples too."""
    assert set(NAMES) >= QUICK

"""``winitgen new`` and ``winitgen example``: layer-specs to start from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Winitgen
from tests.needed import missing
from winitgen.examples.beginnings import TEMPLATES
from winitgen.examples.shipped import example_names

SPECS = ROOT / "specs"
NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))


def test_every_example_is_listed_with_a_sentence(here: Winitgen) -> None:
    """The list has each spec of the repository, with the first sentence of its comment."""
    rows = {row["example"]: row["what"] for row in json.loads(here("example", "--json").out)["entries"]}

    assert [*rows] == NAMES == example_names()
    assert "A perceptron for handwritten digits." == rows["mlp"]
    assert all(text.endswith(".") and 20 < len(text) < 150 for text in rows.values())
    assert "ViT-B/16 (Dosovitskiy et al. 2021)" in here("example").out


def test_an_example_is_the_file_itself(here: Winitgen, tmp_path: Path) -> None:
    """On standard output or in a file, byte for byte; its ending may be given."""
    for name in NAMES:
        assert (0, (SPECS / f"{name}.yaml").read_text("utf-8"), "") == here("example", name)
    assert (0, "", "wrote own.yaml\n") == here("example", "gpt2.yaml", "-o", "own.yaml")
    assert (SPECS / "gpt2.yaml").read_bytes() == (tmp_path / "own.yaml").read_bytes()


@pytest.mark.parametrize("command", ["example", "new"])
def test_a_file_is_replaced_with_force_alone(command: str, here: Winitgen, tmp_path: Path) -> None:
    """Another content stays and is named; the same content is no reason to refuse."""
    own = tmp_path / "own.yaml"
    own.write_text("mine\n")
    call = (command, "mlp", "-o", "own.yaml")

    assert (3, "", "winitgen: own.yaml exists and differs; --force replaces it\n") == here(*call)
    assert "mine\n" == own.read_text()
    assert (0, "", "wrote own.yaml\n") == here(*call, "--force")
    assert (0, "", "wrote own.yaml\n") == here(*call)


NOT_FILES = {
    "new/": "cannot write new/: a layer-spec is a single file, but this name ends in '/'; name a file, as in new/model.yaml",
    "": "the output is empty; name a file",
    "memory://b/m.yaml": "memory://b/m.yaml: a layer-spec is read from a disk, and written to one; name a file there",
}


@pytest.mark.parametrize("command", ["example", "new"])
@pytest.mark.parametrize("out", NOT_FILES)
def test_a_name_of_no_file_is_refused(command: str, out: str, here: Winitgen, tmp_path: Path) -> None:
    """That of a folder, none at all, or one in a store: with the words of `import`, and nothing is written."""
    assert (2, "", f"winitgen: {NOT_FILES[out]}\n") == here(command, "mlp", "-o", out)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_works_at_once(kind: str, here: Winitgen, tmp_path: Path) -> None:
    """It has the editor's line, and is planned, drawn and probed as it stands."""
    assert 0 == here("new", kind, "-o", "own.yaml").code
    text = (tmp_path / "own.yaml").read_text("utf-8")

    assert text.startswith("# yaml-language-server: $schema=schema.json\n# A ")
    assert "winitgen init own.yaml -o weights.safetensors\n" in text
    assert text.replace("own.yaml", "model.yaml") == here("new", kind).out
    for call in (
        ("plan", "own.yaml"),
        ("init", "own.yaml", "-o", "w.npz"),
        ("probe", "own.yaml", "--samples", "8"),
        ("summary", "own.yaml"),
    ):
        run = here(*call)
        assert (0, "") == (run.code, run.err)
        assert ("verdict: healthy" in run.out) == (call[0] == "probe")


@pytest.mark.parametrize(
    ("kind", "options", "lines"),
    [
        (
            "mlp",
            "--input 20 --units 64 --classes 3 --set depth=12 --set activation=tanh",
            [
                "  inputs: 20            # numbers in a sample; an image of 28 x 28 has 784",
                "  units: 64             # of each hidden layer",
                "  depth: 12             # number of hidden layers",
                "  activation: tanh      # it chooses the scheme: `winitgen activations` lists them",
                "  classes: 3",
            ],
        ),
        (
            "cnn",
            "--input 1,28,30 --units 8 --classes 100000000000",
            [
                "  channels: 1           # of an image; 1 if it is grey",
                "  height: 28",
                "  width: 30",
                "  filters: 8            # of the first stage; each later one has twice as many",
                "  classes: 100000000000",
            ],
        ),
        (
            "transformer",
            "--input 16 --units 8 --classes 50 --set heads=2",
            ["  tokens: 16            # of the longest text", "  vocabulary: 50", "  heads: 2"],
        ),
    ],
)  # fmt: skip
def test_sizes_that_were_asked_for(kind: str, options: str, lines: list[str], here: Winitgen) -> None:
    """They are the values of the variables; the comments stay in their column."""
    template = here("new", kind).out.splitlines()
    written = here("new", kind, *options.split()).out.splitlines()

    changed = [line for line in written if line not in template]
    assert [line for line in lines if line in changed] == lines
    assert len(template) == len(written)


def test_a_drawn_model_has_these_sizes(here: Winitgen) -> None:
    """The file alone gives the shapes, without any option."""
    assert 0 == here("new", "mlp", "--input", "20", "--units", "6", "--set", "depth=3", "-o", "own.yaml").code
    tensors = json.loads(here("plan", "own.yaml", "--json").out)["tensors"]

    shapes = {row["name"]: row["shape"] for row in tensors if row["name"].endswith("weight")}
    assert {
        "hidden1.weight": [6, 20],
        "hidden2.weight": [6, 6],
        "hidden3.weight": [6, 6],
        "out.weight": [10, 6],
    } == shapes


REFUSED = {
    "example lenet": "winitgen: unknown example 'lenet'; did you mean 'lenet5'?",
    "example xyz": "winitgen: unknown example 'xyz'; `winitgen example` lists them",
    "example mlp --json": "winitgen: --json is about the list of examples; leave out NAME",
    "example -o x.yaml": "winitgen: -o needs the NAME of an example; `winitgen example` lists them",
    "example --force": "winitgen: --force needs the NAME of an example; `winitgen example` lists them",
    "new": "winitgen new: KIND is missing; see winitgen new --help",
    "new MPL": "winitgen: unknown template 'MPL'; did you mean 'mlp'?",
    "new resnet18": "winitgen: unknown template 'resnet18'; KIND is mlp, cnn, transformer, and `winitgen example` lists whole models",
    "new cnn --input 28": "winitgen: --input of cnn is channels, height, width, such as 3,32,32, not '28'",
    "new mlp --input -3": "winitgen: --input of mlp is inputs, such as 784, not '-3'",
    "new cnn --input 1,2,3 --set width=3": "winitgen: --input and --set give the variable 'width'; use one",
    "new mlp --units 0": "winitgen new: --units: expected a whole number of at least 1, not '0'",
    "new mlp --set unit=3": "winitgen: the spec has no variable 'unit' in 'vars'; did you mean 'units'?",
    "new mlp --set depth=deep": "winitgen: the variable 'depth' is a number in the spec; 'deep' cannot replace it",
    "new transformer --set heads=3": "transformer:29:66: layers[2].layers[0].layers[1].heads: 3 heads do not divide the 128 features that flow in; state 'head_dim'",
    "new mlp -o ./": "winitgen: cannot write ./: a layer-spec is a single file, but this name ends in '/'; name a file, as in ./model.yaml",
}  # fmt: skip


@pytest.mark.parametrize("call", REFUSED)
def test_a_call_that_is_refused(call: str, here: Winitgen, tmp_path: Path) -> None:
    """One line says what to write instead, and nothing is written."""
    run = here(*call.split())

    assert ("", f"{REFUSED[call]}\n") == (run.out, run.err)
    assert 2 == run.code
    assert [] == [*tmp_path.iterdir()]


@pytest.mark.slow
def test_a_wheel_has_the_examples_and_the_templates(tmp_path: Path) -> None:
    """What pip installs, a built wheel, knows them away from the clone."""
    if find_spec("hatchling") is None:
        missing("hatchling", "install it with: pip install -e '.[test]'")
    environment = {**os.environ, "WINITGEN_KERNELS": "numpy", "PYTHONPATH": ""}
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, env=environment, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")

    def run(*words: str) -> str:
        call = [sys.executable, "-m", "winitgen", *words]
        environment["PYTHONPATH"] = str(tmp_path / "installed")
        return subprocess.check_output(call, cwd=tmp_path, env=environment, text=True)

    assert str(tmp_path) in subprocess.check_output(
        [sys.executable, "-c", "import winitgen; print(winitgen.__file__)"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(tmp_path / "installed")},
        text=True,
    )
    assert NAMES == [row["example"] for row in json.loads(run("example", "--json"))["entries"]]
    assert (SPECS / "swin-tiny.yaml").read_text("utf-8") == run("example", "swin-tiny")
    assert "model: cnn" in run("new", "cnn")

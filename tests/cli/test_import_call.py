"""What ``winitgen import`` refuses of its call and of its output, word for word, and how it says it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Winitgen

KWARGS = {
    "an object too deep": ('{"a":' * 30_000, "--kwargs has lists and objects that are nested too deep"),
    "a key twice": (
        '{"width": 3, "more": {"k": 1, "k": 1}}',
        "--kwargs has 'k' twice in one object; give it once",
    ),
    "a number too long": (
        f'{{"a": -{"9" * 6_000}}}',
        "--kwargs has a number of more digits than can be read",
    ),
    "long text": (
        json.dumps("w" * 60),
        f"--kwargs takes a JSON object, such as {{\"units\": 3}}, not '{'w' * 37}...'",
    ),
}


@pytest.mark.parametrize(("text", "message"), KWARGS.values(), ids=KWARGS)
def test_arguments_of_a_class(here: Winitgen, text: str, message: str) -> None:
    """One line, exit code 2."""
    assert (2, "", f"winitgen: {message}\n") == here("import", "--trace", "mine:B", "--kwargs", text)


BRACES = ("{0}", "{option}", "{", "}{", "%s{!r}")


@pytest.mark.parametrize("name", BRACES)
def test_braces_in_a_name_are_told_as_they_are(here: Winitgen, name: str) -> None:
    """A name of a file is no template, whatever is in it."""
    told = here("import", f"{name}.json", "--fit"), here("import", f"{name}.npz", "--init", "paper")

    assert f"winitgen: --fit reads the values of a weight file; {name}.json is a config\n" == told[0].err
    assert f"winitgen: --init is for the config of a model; {name}.npz is a weight file\n" == told[1].err
    assert [2, 2] == [run.code for run in told]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A weight file of one tensor whose values follow no law."""
    values = np.random.default_rng(5).standard_t(3, (50, 20)).astype(np.float32)
    np.savez(tmp_path / "w.npz", trained=values)
    return tmp_path / "w.npz"


OUTPUTS = {
    "new/": "cannot write new/: a layer-spec is a single file, but this name ends in '/'; name a file, as in new/model.yaml",
    "new/.": "cannot write new/.: a layer-spec is a single file, but this name ends in '/.'; name a file, as in "
    "new/model.yaml",
    "new/..": "cannot write new/..: a layer-spec is a single file, but this name ends in '/..'; name a file, as in "
    "new/../model.yaml",
    "": "the output is empty; name a file",
    "memory://bucket/m.yaml": "memory://bucket/m.yaml: a layer-spec is read from a disk, and written to one; name a file there",
    "s3://": "s3:// names no place in a store; name a bucket, as in s3://bucket/weights.npy",
}


@pytest.mark.parametrize("style", ["text", "github"])
@pytest.mark.parametrize("out", OUTPUTS)
def test_places_for_no_file(here: Winitgen, weights: Path, out: str, style: str) -> None:
    """A name that only a folder can have, or that is in a store; nothing is written."""
    before = os.listdir(weights.parent)
    run = here("import", weights, "-o", out, "--error-format", style)

    beginning = "winitgen: " if style == "text" else "::error title=winitgen::"
    assert (2, "", f"{beginning}{OUTPUTS[out]}\n") == run
    assert before == os.listdir(weights.parent)


def test_a_file_url(here: Winitgen, weights: Path) -> None:
    """The URL of a file on this disk is that file, as the output and as what values are kept from."""
    out = weights.parent / "specs" / "m.yaml"
    out.parent.mkdir()
    run = here("import", f"file://{weights}", "--fit", "--keep", "-o", f"file://{out}")

    assert (0, f"wrote {out}") == (run.code, run.err.splitlines()[-1])
    assert f'path: "{weights}"' in out.read_text()
    assert 0 == here("plan", out).code


NAMES = {"${width}": "_{width}", "${": "_{", "1\x7f": "1_", "\udcfe-net": "_-net", "\u202eb": "_b"}


@pytest.mark.parametrize("name", NAMES)
def test_a_model_by_any_name(here: Winitgen, weights: Path, name: str) -> None:
    """The layer-spec of a file is one, whatever its file is called: no part of a name is an expression."""
    os.rename(weights, weights.parent / f"{name}.npz")
    run = here("import", f"{name}.npz", "-o", "m.yaml")
    planned = here("plan", "m.yaml")

    assert [0, 0] == [run.code, planned.code]
    assert f'model: "{NAMES[name]}"\n' in (weights.parent / "m.yaml").read_text()


def test_a_path_that_no_layer_spec_can_hold(here: Winitgen, weights: Path) -> None:
    """Values are kept from a file that a spec can name; another one is refused before it is read."""
    told = []
    for name in ("${6*7}.npz", "\udcff.npz"):
        os.rename(weights, weights.parent / name)
        told.append(here("import", name, "--fit", "--keep"))
        os.rename(weights.parent / name, weights)
    told.append(here("import", "memory://b/w.npz", "--fit", "--keep"))

    advice = "give the file another path, or leave out --keep"
    begins = "a layer-spec cannot hold a path with '${' in it, which begins an expression"
    on_disk = "a layer-spec takes values from files on a disk, not from a store"
    assert [
        (2, "", f"winitgen: ${{6*7}}.npz: {begins}; {advice}\n"),
        (2, "", f"winitgen: \\udcff.npz: a layer-spec is UTF-8, and this path is not; {advice}\n"),
        (2, "", f"winitgen: memory://b/w.npz: {on_disk}; {advice}\n"),
    ] == told


def test_an_index_of_keras_is_no_config(here: Winitgen, tmp_path: Path) -> None:
    """``w.weights.json`` lists shards, and is imported as they are."""
    (tmp_path / "m.yaml").write_text(
        "input: 300\nlayers: [{type: dense, units: 200}, {type: dense, units: 40}]\n"
    )
    here("init", "m.yaml", "-o", "w.weights.json", "--layout", "keras", "--max-shard-size", "250KB")
    run = here("import", "w.weights.json", "--fit", "-o", "again.yaml")

    assert (0, "wrote again.yaml") == (run.code, run.err.splitlines()[-1])
    assert "shape: [300, 200]" in (tmp_path / "again.yaml").read_text()


def test_an_index_of_a_variant_is_no_config(here: Winitgen, tmp_path: Path) -> None:
    """Its variant stands before the ending, as `init` names it; it is imported as the folder is."""
    (tmp_path / "m.yaml").write_text(
        "input: 300\nlayers: [{type: dense, units: 200}, {type: dense, units: 40}]\n"
    )
    here("init", "m.yaml", "-o", "v/", "--shard-name", "model.fp16", "--max-shard-size", "250KB")
    run = here("import", "v/model.safetensors.index.fp16.json", "--fit", "-o", "again.yaml")
    old = here("import", "v/pytorch_model.bin.index.fp16.json")

    assert (0, "wrote again.yaml") == (run.code, run.err.splitlines()[-1])
    assert "shape: [200, 300]" in (tmp_path / "again.yaml").read_text()
    why = "winitgen: cannot read v/pytorch_model.bin.index.fp16.json: No such file or directory\n"
    assert (2, "", why) == old


def test_a_name_with_a_number_of_thousands_of_digits(here: Winitgen, tmp_path: Path) -> None:
    """It is the number of no layer, and such a name is refused."""
    np.savez(tmp_path / "w.npz", **{f"a.{'1' * 5_000}": np.ones((3, 4), "f4"), "b.3": np.ones((3, 4), "f4")})
    told = f"w.npz: 'a.{'1' * 35}...': the name of a tensor has more than 200 bytes; rename it in the source"

    assert (2, "", f"{told}\n") == here("import", "w.npz", "--fit")

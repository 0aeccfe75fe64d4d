"""A report, or a plot, takes the place of no file that the call writes or reads, under whatever name it has it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Winitgen
from tests.files.formats.onnx_files import beside, graph, model, tensor

SHARDS = ("--max-shard-size", "0.05KB")
FAMILY = Path(__file__).parents[2] / "winitgen" / "families" / "llama.yaml"
ADVICE = "give it another name"
INDEX = "model.safetensors.index.json"


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(run: Winitgen, folder: Path, *call: str | Path) -> str:
    """Return the message of a call that is refused, which has written nothing."""
    before = contents(folder)
    done = run(*call)
    assert (2, "", before) == (done.code, done.out, contents(folder))
    return done.err


@pytest.mark.parametrize("dry", [(), ("--dry-run",), ("--check",)], ids=str)
def test_the_index_of_the_output(here: Winitgen, spec: Path, tmp_path: Path, dry: tuple[str, ...]) -> None:
    """Its name is known only after the output is divided; a link to a shard is one, too."""
    (tmp_path / "o").mkdir()
    (tmp_path / "link.json").symlink_to("o/model-00001-of-00003.safetensors")
    call: tuple[str | Path, ...] = ("init", spec, "-o", "o/model.safetensors", *SHARDS, *dry, "--report")

    for report in (f"o/{INDEX}", "link.json"):
        message = f"winitgen: {report}: the report would replace a file of the output; {ADVICE}\n"
        assert message == refusal(here, tmp_path, *call, report)
    if not dry:
        assert 0 == here(*call, "o/report.json").code
        assert "weight_map" in json.loads((tmp_path / "o" / INDEX).read_text())


def test_the_config_of_the_output(here: Winitgen, tmp_path: Path) -> None:
    """The config that a call writes beside the shards."""
    (tmp_path / "o").mkdir()
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    call = ("init", "config.json", "--shrink", "-o", f"o/{INDEX}", "--report", "o/config.json")

    message = f"winitgen: o/config.json: the report would replace the config of the output; {ADVICE}\n"
    assert message == refusal(here, tmp_path, *call)


def test_a_file_of_the_base(here: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Its index, if the base is a folder or the index, and what is read beside it; another file there may be written."""
    assert 0 == here("init", spec, "-o", "b/", *SHARDS).code
    for name in ("config.json", "tokenizer.json", "README.md"):
        (tmp_path / "b" / name).write_text("{}")
    (tmp_path / "hard.json").hardlink_to(tmp_path / "b" / "model-00001-of-00003.safetensors")
    places = [
        ("b/", f"b/{INDEX}"),
        ("b/", "b/config.json"),
        (f"b/{INDEX}", "b/config.json"),
        (f"b/{INDEX}", "hard.json"),
        ("b/", "b/tokenizer.json"),
        ("b/model-00001-of-00003.safetensors", "b/README.md"),
    ]
    call = ("init", spec, "-o", "new.npz", "--only", "out.*", "--base")
    messages = [refusal(here, tmp_path, *call, base, "--report", report) for base, report in places]

    assert [
        f"winitgen: {report}: the report would replace a file of the base; {ADVICE}\n" for _, report in places
    ] == messages
    assert 0 == here(*call, "b/", "--report", "b/report.json").code


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_file_that_a_model_names_inside(here: Winitgen, tmp_path: Path, more: tuple[str, ...]) -> None:
    """The values of an ONNX model stand beside it, under whatever name."""
    values = bytes(range(40))
    (tmp_path / "w.md").write_bytes(values)
    entry = tensor("w.weight", 1, (5, 2), beside({"location": "w.md"}))
    (tmp_path / "w.onnx").write_bytes(model(graph([entry])))
    (tmp_path / "m.yaml").write_text(
        "input: 2\nlayers:\n  - {name: w, type: dense, units: 5, use_bias: false}\n  - {name: v, type: dense, units: 1}\n"
    )
    call = ("init", "m.yaml", "-o", "new.npz", "--base", "w.onnx", "--add", *more, "--report")

    message = f"winitgen: w.md: the report would replace a file of the base; {ADVICE}\n"
    assert message == refusal(here, tmp_path, *call, "w.md", "--force")
    assert values == (tmp_path / "w.md").read_bytes()
    assert 0 == here(*call, "other.md").code


def test_the_file_of_a_family(here: Winitgen, tmp_path: Path) -> None:
    """One of the user's own, which is not read before the report is refused."""
    (tmp_path / "config.json").write_text('{"model_type": "mine"}')
    (tmp_path / "fam.json").write_text("{}")
    call = ("init", "config.json", "--family", "fam.json", "-o", "w.npz", "--report", "fam.json")

    message = f"winitgen: fam.json: the report would replace the family's file; {ADVICE}\n"
    assert message == refusal(here, tmp_path, *call)


@pytest.mark.parametrize(
    ("name", "out"), [("fam.npz", "fam.npz"), ("o/config.json", "o/"), ("o/model.safetensors", "o/")]
)
def test_the_output_over_the_file_of_a_family(here: Winitgen, tmp_path: Path, name: str, out: str) -> None:
    """Neither the weights nor the config beside them replace what the config is read by, also with --force or by a link."""
    (tmp_path / "o").mkdir()
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    shutil.copy(FAMILY, tmp_path / name)
    call = ("init", "config.json", "--shrink", "--force", "-o", out, "--family")
    message = f"winitgen: {name}: the output would replace the family's file; {ADVICE}\n"

    assert message == refusal(here, tmp_path, *call, name)
    (tmp_path / "link.yaml").hardlink_to(tmp_path / name)
    assert message == refusal(here, tmp_path, *call, "link.yaml")
    assert 0 == here(*call[:4], "-o", "w.safetensors", "--family", "link.yaml").code


@pytest.fixture
def kept(here: Winitgen, spec: Path, tmp_path: Path) -> Path:
    """A layer-spec in a folder of its own, which takes a value from shards in another."""
    from winitgen.files.input import open_weights
    from winitgen.files.value_digest import digest_of

    assert 0 == here("init", spec, "-o", "b/", *SHARDS).code
    with open_weights(str(tmp_path / "b")) as weights:
        array = next(one for one in weights.tensors if one.name == "fc.weight")
        sha256 = digest_of(array).sha256
    path = tmp_path / "specs" / "kept.yaml"
    path.parent.mkdir()
    path.write_text(
        "model: kept\nlayers:\n  - {name: w, type: param, shape: [4, 3], "
        f"init: {{scheme: file, path: ../b/{INDEX}, tensor: fc.weight, sha256: {sha256}}}}}\n"
    )
    return path


def test_a_file_with_values(here: Winitgen, kept: Path, tmp_path: Path) -> None:
    """The index from which a layer-spec takes values, by its place from the folder of the layer-spec."""
    call = ("init", "specs/kept.yaml", "-o", "w.npz", "--report")
    message = f"winitgen: b/{INDEX}: the report would replace a file that the layer-spec needs; {ADVICE}\n"

    assert message == refusal(here, tmp_path, *call, f"b/{INDEX}")
    assert 0 == here(*call, "b/report.json").code
    assert np.load(tmp_path / "w.npz")["w"].shape == (4, 3)


@pytest.mark.parametrize(("option", "link"), [("--report", "r.json"), ("--plot", "r.svg")])
def test_a_probe_leaves_files_with_values(
    here: Winitgen, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, link: str
) -> None:
    """The report and the plot of a probe, here under another name of the index."""
    if option == "--plot":
        monkeypatch.setattr("winitgen.report.plots.figures.check", lambda: None)  # it need not be installed
    (tmp_path / link).hardlink_to(tmp_path / "b" / INDEX)
    what = option.removeprefix("--")

    message = f"winitgen: {link}: the {what} would replace a file that the layer-spec needs; {ADVICE}\n"
    assert message == refusal(here, tmp_path, "probe", "specs/kept.yaml", option, link)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (("init", "-o", "w.npz", "--report"), "report"),
        (("probe", "--report"), "report"),
        (("probe", "--plot"), "plot"),
    ],
)
def test_a_link_to_nowhere(
    here: Winitgen, spec: Path, tmp_path: Path, command: tuple[str, ...], what: str
) -> None:
    """It is told before anything is drawn, as a folder that does not exist is; a link to a new file makes the file."""
    call: tuple[str | Path, ...] = (command[0], spec, *command[1:])
    for name, end in {
        "a.html": "gone/a.html",
        "b.html": "b.html",
        "c.html": "c.npz",
        "d.html": "d2.html",
    }.items():
        (tmp_path / name).symlink_to(end)
    end = tmp_path / "gone" / "a.html"
    told = {
        "a.html": f"it is a link to {end}, and the folder of the {what} does not exist",
        "b.html": "it is a link that leads nowhere; name a file",
        "c.html": f"it is a link to {tmp_path / 'c.npz'}, another kind of file; give it another name",
    }
    for name, message in told.items():
        assert f"winitgen: {name}: {message}\n" == refusal(here, tmp_path, *call, name)

    assert 0 == here(*call, "d.html").code
    assert (tmp_path / "d2.html").read_text().startswith("<!doctype html>")

"""``winitgen import`` and ``winitgen init`` with the config.json of a model family, as whole processes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import winitgen as library
from tests.cli.conftest import ROOT, Winitgen

SMALL: dict[str, Any] = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config of a small model, written in a way that no program would write it again."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps(SMALL, indent=7))
    return path


def test_import_writes_a_layer_spec_that_draws_the_same(
    winitgen: Winitgen, config: Path, tmp_path: Path
) -> None:
    """The layer-spec of a config is one of its own: it draws the values that the config draws."""
    run = winitgen("import", config, "-o", tmp_path / "model.yaml")
    own, through = (library.generate(path) for path in (config, tmp_path / "model.yaml"))

    assert (0, "", f"wrote {tmp_path / 'model.yaml'}\n") == run
    assert list(own) == list(through)
    assert all((own[name] == through[name]).all() for name in own)
    assert "  hidden_size: 64\n" in (tmp_path / "model.yaml").read_text()


def test_import_to_standard_output(winitgen: Winitgen, config: Path) -> None:
    """Without an output the layer-spec is printed; a config may come from standard input."""
    printed = winitgen("import", config)

    assert 0 == printed.code
    assert printed == winitgen("import", "-", stdin=config.read_text())
    assert printed.out.startswith("# ")


def test_import_replaces_nothing_unasked(winitgen: Winitgen, config: Path, tmp_path: Path) -> None:
    """An existing file with other content stays, unless --force replaces it; one with the same content is fine."""
    out = tmp_path / "model.yaml"
    out.write_text("mine\n")
    refused = winitgen("import", config, "-o", out)

    assert (3, "", f"winitgen: {out} exists and differs; --force replaces it\n") == refused
    assert "mine\n" == out.read_text()
    assert 0 == winitgen("import", config, "-o", out, "--force").code
    assert 0 == winitgen("import", config, "-o", out).code


def test_import_of_a_bad_config_writes_nothing(winitgen: Winitgen, config: Path, tmp_path: Path) -> None:
    """A mistake is told with its place, and no file appears."""
    config.write_text('{"model_type": "llama",\n "vocab_size": []}')
    run = winitgen("import", config, "-o", tmp_path / "model.yaml")

    message = f"{config}:2:2: vocab_size: expected a whole number from 1 to 2^40, not []\n"
    assert (2, "", message) == run
    assert ["config.json"] == os.listdir(tmp_path)


def test_init_writes_a_checkpoint(winitgen: Winitgen, config: Path, tmp_path: Path) -> None:
    """In a folder, which is made, the weights have the library's name, and the config stands beside them unchanged."""
    out = tmp_path / "new" / "out"
    first = winitgen("init", config, "-o", f"{out}/")
    again = winitgen("init", config, "-o", out)
    checked = winitgen("init", config, "-o", out, "--check", "-q")

    assert (0, 0, 0) == (first.code, again.code, checked.code)
    assert ["config.json", "model.safetensors"] == sorted(os.listdir(out))
    assert config.read_bytes() == (out / "config.json").read_bytes()
    assert f"{out}/model.safetensors\n" == checked.out
    assert "is up to date" in again.out


def test_init_with_other_values_writes_a_config_that_has_them(
    winitgen: Winitgen, config: Path, tmp_path: Path
) -> None:
    """--shrink, --set and --dtype change the config that is written, as they change the weights."""
    call = ("init", config, "--shrink", "--set", "num_hidden_layers=1", "--dtype", "bfloat16")
    run = winitgen(*call, "-o", f"{tmp_path / 'tiny'}/", "--report", tmp_path / "r.json")
    fields = json.loads((tmp_path / "tiny" / "config.json").read_text())
    report = json.loads((tmp_path / "r.json").read_text())

    assert 0 == run.code
    assert {**SMALL, **fields} == fields
    assert (1, 32, "bfloat16") == (fields["num_hidden_layers"], fields["hidden_size"], fields["dtype"])
    assert report["command"].endswith("--dtype bfloat16 --set num_hidden_layers=1 --shrink")
    assert (
        0
        == winitgen("verify", tmp_path / "tiny" / "model.safetensors", tmp_path / "tiny" / "config.json").code
    )


def test_init_does_not_replace_another_config(winitgen: Winitgen, config: Path, tmp_path: Path) -> None:
    """A config that is there and differs is not replaced, and then nothing is written; --force replaces both."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "config.json").write_text("{}")
    refused = winitgen("init", config, "-o", out)

    assert (3, f"winitgen: {out}/config.json exists and differs; --force replaces it\n") == refused[::2]
    assert ["config.json"] == os.listdir(out)
    assert 1 == winitgen("init", config, "-o", out, "--check").code
    assert 0 == winitgen("init", config, "-o", out, "--force").code


def test_init_does_not_replace_the_config_that_it_reads(
    winitgen: Winitgen, config: Path, tmp_path: Path
) -> None:
    """Other values than its own go elsewhere, even with --force; as it is, it stays as it is."""
    before = config.read_bytes()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").symlink_to(config)
    for out in (f"{tmp_path}/", f"{tmp_path}/out/"):
        run = winitgen("init", config, "-o", out, "--set", "hidden_size=32", "--force")
        message = (
            f"winitgen: {out}config.json: the config of the changed model would replace the one that it is made of; give "
            "the output another folder\n"
        )
        assert (2, "", message) == tuple(run)
    assert 0 == winitgen("init", config, "-o", f"{tmp_path}/").code

    assert before == config.read_bytes()
    assert (tmp_path / "model.safetensors").exists()


def test_init_to_one_file(winitgen: Winitgen, config: Path, tmp_path: Path) -> None:
    """A file as output holds the weights alone."""
    assert 0 == winitgen("init", config, "-o", tmp_path / "w.npz").code
    assert ["config.json", "w.npz"] == sorted(os.listdir(tmp_path))


def test_options_of_a_config_are_refused_for_a_layer_spec(winitgen: Winitgen, spec: Path) -> None:
    """A layer-spec has no library and no small config."""
    shrink, init = (
        winitgen("init", spec, "--dry-run", *option) for option in (("--shrink",), ("--init", "paper"))
    )

    assert f"winitgen: --shrink is for the config.json of a model; {spec} is a layer-spec\n" == shrink.err
    assert f"winitgen: --init is for the config.json of a model; {spec} is a layer-spec\n" == init.err


def test_a_field_that_the_family_does_not_have(winitgen: Winitgen, config: Path) -> None:
    """--set names a field of the family; another one is refused with the closest."""
    run = winitgen("plan", config, "--set", "num_hidden_layer=1")

    message = "winitgen: llama has no field 'num_hidden_layer'; did you mean 'num_hidden_layers'?\n"
    assert (2, "", message) == run


def test_notes_are_told(winitgen: Winitgen, config: Path) -> None:
    """What of a config is not used is told on standard error, by import and by init."""
    config.write_text(json.dumps({**SMALL, "my_own_remark": 1}))
    note = f"winitgen: {config}: not used, as no tensor of llama is known to depend on it: my_own_remark\n"

    assert note == winitgen("import", config).err
    assert note == winitgen("init", config, "--dry-run").err


def test_families_are_listed(winitgen: Winitgen) -> None:
    """The table has a line for each model type; --json the same for programs."""
    table, listed = winitgen("families"), json.loads(winitgen("families", "--json").out)["entries"]

    assert 1 + len(listed) == len(table.out.splitlines())
    assert "LlamaForCausalLM" in next(row["classes"] for row in listed if row["model_type"] == "llama")


TRACE_REFUSED = {
    ("--kwargs", "{}"): "--kwargs are the arguments of a class; it goes with --trace MODULE:CLASS",
    ("--trace",): "nothing to import; name a config.json, a weight file, or --trace MODULE:CLASS",
    ("config.json", "--trace", "torch.nn:Linear"): (
        "--trace torch.nn:Linear builds a class, which needs no source; leave out config.json"
    ),
    (
        "--trace",
        "torch.nn:Linear",
        "--shrink",
    ): "--trace MODULE:CLASS takes the class as it is; leave out --shrink",
    ("--trace", "torch.nn:Linear", "--fit"): "--trace MODULE:CLASS takes the class as it is; leave out --fit",
    ("config.json", "--trace", "--set", "n=1"): (
        "--trace takes the config as it is; change it there, and leave out --set"
    ),
    ("config.json", "--trace", "--init", "paper"): (
        "--trace takes the config as it is; change it there, and leave out --init"
    ),
    ("--trace", "mine:A", "--kwargs", "{a: 1}"): (
        "--kwargs is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    ),
    ("--trace", "mine:A", "--kwargs", "[1]"): '--kwargs takes a JSON object, such as {"units": 3}, not [1]',
    ("--trace", "mine:A"): "mine:A: mine has no 'A'",
    (
        "--trace",
        "mine:B",
        "--kwargs",
        '{"with": 1}',
    ): "mine:B takes no argument 'with'; did you mean 'width'?",
    ("--trace", "mine:B"): "mine:B needs width; give --kwargs '{\"width\": ...}'",
    ("--trace", "yours:B"): "yours:B: there is no module 'yours'; is it installed, or in this folder?",
}


@pytest.mark.parametrize("call", TRACE_REFUSED, ids=" ".join)
def test_refused_traces(winitgen: Winitgen, tmp_path: Path, call: tuple[str, ...]) -> None:
    """Options that do not go together, and what no class takes: one line, exit code 2, and nothing written."""
    (tmp_path / "mine.py").write_text("def B(width):\n    return width\n")
    run = winitgen("import", *call, "-o", "model.yaml", cwd=tmp_path, PYTHONPATH=str(ROOT))

    assert (2, "", f"winitgen: {TRACE_REFUSED[call]}\n") == run
    assert not (tmp_path / "model.yaml").exists()


def test_help_says_whose_code_is_run(winitgen: Winitgen) -> None:
    """The help of the command tells that --trace runs the code that it names, and that a config runs none."""
    text = " ".join(winitgen("import", "--help").out.split())

    assert "Code that a config names is never run; MODULE:CLASS is, with all that it does." in text

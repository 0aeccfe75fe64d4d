"""The commands that list the catalog."""

from __future__ import annotations

import json
import platform
import re
from typing import Any

import pytest

from tests.cli.conftest import Winitgen
from tests.kernel_paths import drawn_by
from tests.needed import missing
from tests.report.test_fitting import Terminal
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layouts import LAYOUTS as SPELLED
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import SCHEMES
from winitgen.cli import _run
from winitgen.compiled.kernels import path_name
from winitgen.files.formats import FORMATS
from winitgen.layouts import LAYOUTS

LISTS = {
    "schemes": ("scheme", list(SCHEMES)),
    "activations": ("activation", list(ACTIVATIONS)),
    "layers": ("type", sorted(LAYERS)),
    "presets": ("preset", list(PRESETS)),
    "formats": ("format", list(FORMATS)),
}


def entries(text: str) -> list[dict[str, Any]]:
    """Return the entries of a list that was printed as JSON."""
    found = json.loads(text)["entries"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(("command", "key", "names"), [(c, *rest) for c, rest in LISTS.items()], ids=LISTS)
def test_lists_everything_there_is(winitgen: Winitgen, command: str, key: str, names: list[str]) -> None:
    """The table and the JSON have one row for each entry, in the same order."""
    table = winitgen(command).out.splitlines()
    report = json.loads(winitgen(command, "--json").out)

    assert (command, 1) == (report["report"], report["version"])
    rows = report["entries"]
    assert names == [line.split()[0] for line in table[1:]]
    assert names == [row[key] for row in rows]


def test_schemes_come_with_formulas_and_papers(winitgen: Winitgen) -> None:
    """The row of he_normal has its formula, its alias and its paper."""
    rows = {row["scheme"]: row for row in entries(winitgen("schemes", "--json").out)}

    he = rows["he_normal"]
    assert ("variance 2 / fan_in, normal", ["kaiming_normal"]) == (he["formula"], he["also"])
    assert "He, Zhang, Ren & Sun 2015, eq. 10" == he["paper"]


def test_schemes_come_with_their_options(winitgen: Winitgen) -> None:
    """Each row has the options of its scheme, in order, with their defaults if any."""
    listed = {row["scheme"]: row["options"] for row in entries(winitgen("schemes", "--json").out)}

    for row in SCHEMES.values():
        assert [*row.options] == [option["option"] for option in listed[row.name]]
    assert [
        {"option": "nonzeros", "default": None},
        {"option": "direction", "default": None},
        {"option": "std", "default": 1.0},
    ] == listed["sparse"]
    assert "nonzeros, direction, std = 1" in winitgen("schemes", COLUMNS="300").out


@pytest.mark.parametrize("command", ["schemes", "layers"])
def test_the_table_heads_the_options(winitgen: Winitgen, command: str) -> None:
    """The headings are the keys of the JSON."""
    heading = winitgen(command).out.splitlines()[0].split()
    keys = list(entries(winitgen(command, "--json").out)[0])

    assert keys == heading
    assert "options" in heading


def test_activations_come_with_gains_and_papers(winitgen: Winitgen) -> None:
    """The row of relu has He, sqrt 2 and 0.01; that of selu has LeCun and PyTorch's 3/4."""
    rows = {row["activation"]: row for row in entries(winitgen("activations", "--json").out)}

    relu, selu = rows["relu"], rows["selu"]
    assert ("he", 2**0.5, 0.01, "Nair & Hinton 2010") == (
        relu["scheme"],
        relu["gain"],
        relu["bias"],
        relu["paper"],
    )
    assert ("lecun", 1.0, 0.75, 0) == (selu["scheme"], selu["gain"], selu["torch_gain"], selu["bias"])


def test_presets_come_with_versions_and_what_they_draw(winitgen: Winitgen) -> None:
    """The row of haiku has its version and its schemes; that of a model has those of its framework, too."""
    rows = {row["preset"]: row for row in entries(winitgen("presets", "--json").out)}

    haiku, resnet = rows["haiku"], rows["torchvision-resnet"]
    assert ("dm-haiku 0.0.17", "zeros") == (haiku["version"], haiku["bias"])
    assert "{scheme: lecun_truncated_normal, correct: false}" == haiku["dense"]
    assert ("{scheme: he_normal, mode: fan_out}", rows["torch"]["dense"]) == (
        resnet["convolution"],
        resnet["dense"],
    )


def test_the_rows_of_one_preset(winitgen: Winitgen) -> None:
    """With a name, the preset's own rows come first, then those of its framework."""
    rows = entries(winitgen("presets", "torchvision-vit", "--json").out)
    own = [row for row in rows if row["preset"] == "torchvision-vit"]

    assert rows[: len(own)] == own
    assert {"torchvision-vit", "torch"} == {row["preset"] for row in rows}
    assert {
        "preset": "torchvision-vit",
        "layers": ["dense"],
        "parameters": ["kernel", "bias"],
        "match": "*heads.head/*",
        "drawn_by": "zeros",
        "source": "models.vision_transformer.VisionTransformer: heads.head",
    } == rows[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("torchvision-vti", "unknown preset 'torchvision-vti'; did you mean 'torchvision-vit'?"),
        ("gpt2", "unknown preset 'gpt2'; `winitgen presets` lists them"),
    ],
)
def test_a_preset_nobody_knows(winitgen: Winitgen, name: str, message: str) -> None:
    """The message names the closest preset, or the command that lists them."""
    assert (2, "", f"winitgen: {message}\n") == winitgen("presets", name)


def test_the_options_of_one_layer_type(winitgen: Winitgen) -> None:
    """With a type, its required options come first, then its own, then those that every type has."""
    rows = entries(winitgen("layers", "split", "--json").out)

    assert ["parts", "sizes", "axis", "name", "from", "when"] == [row["option"] for row in rows]
    assert [None, None, "0", None, None, None] == [row["default"] for row in rows]
    assert {
        "option": "sizes",
        "takes": "a list of whole numbers of at least 1, one for each part",
        "required": False,
        "default": None,
        "meaning": "Size of each part along the axis; if absent, all are equal",
    } == rows[1]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nn.Linear", "unknown layer type 'nn.Linear'; did you mean 'dense'?"),
        ("xyz", "unknown layer type 'xyz'; `winitgen layers` lists them"),
    ],
)
def test_a_layer_type_nobody_knows(winitgen: Winitgen, name: str, message: str) -> None:
    """The message names the type that is meant, or the command that lists them."""
    assert (2, "", f"winitgen: {message}\n") == winitgen("layers", name)


def test_schema_prints_a_json_schema(winitgen: Winitgen) -> None:
    """The schema is JSON Schema draft-07, the draft that editors read."""
    schema = json.loads(winitgen("schema").out)

    assert "http://json-schema.org/draft-07/schema#" == schema["$schema"]


def test_version(winitgen: Winitgen) -> None:
    """--version prints name and version."""
    assert (0, "winitgen 0.2.0\n", "") == winitgen("--version")


@pytest.mark.parametrize("words", ["--version --verbose", "--verbose --version"])
@pytest.mark.parametrize(
    ("path", "said"),
    [("c", "C kernels (WINITGEN_KERNELS=numpy for NumPy)"), ("numpy", "NumPy, without C kernels")],
)
def test_what_draws(words: str, path: str, said: str, winitgen: Winitgen) -> None:
    """With --verbose, --version also says what draws the values, and the versions that tell runs apart."""
    with drawn_by(path):
        if path_name() != path:
            missing("a C compiler at the time of the installation", "install one, then winitgen again")
        code, out, _ = winitgen(*words.split())

    assert 0 == code
    assert ["winitgen 0.2.0", f"values: {said}", f"python {platform.python_version()}"] == out.splitlines()[
        :3
    ]
    assert ["numpy", "cryptography", "h5py", "safetensors"] == [
        line.split()[0] for line in out.splitlines()[3:]
    ]


def test_verbose_alone(winitgen: Winitgen) -> None:
    """--verbose alone is refused: no command is more verbose by it."""
    message = "winitgen: --verbose goes with --version; see winitgen --help\n"

    assert (2, "", message) == winitgen("--verbose", "formats")


def test_a_spec_can_ask_for_every_layout() -> None:
    """The layouts that a spec may name are exactly those that exist."""
    assert sorted(LAYOUTS) == sorted(SPELLED)


@pytest.mark.parametrize(
    ("command", "left_out"),
    [
        ("schemes", "also, paper"),
        ("activations", "paper, also, options, torch gain, backward gain, variance gain, bias"),
        ("presets", "of, version, embedding, bias"),
        ("layers", ""),
        ("formats", ""),
    ],
)
def test_a_list_is_a_table_at_80_columns(
    command: str, left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cells may have several lines; what there is no room for is named, with the command that shows it."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)
    assert 0 == _run([command])
    lines = re.sub(r"\x1b\[\d*m", "", out.getvalue()).splitlines()

    assert max(map(len, lines[:-1])) <= 80
    assert set("─") == set(lines[1])
    assert (f"left out: {left_out}; winitgen {command} NAME shows them" if left_out else "") == (
        lines[-1] if lines[-1].startswith("left out") else ""
    )

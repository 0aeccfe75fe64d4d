"""``winitgen probe`` as a process: tables, JSON, files, exit codes, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Winitgen

DECK = "specs/deck.yaml"
SCHEMES = "normal,lecun_normal"


def test_the_table_of_a_network(winitgen: Winitgen) -> None:
    """There is one line for each layer: measured values, with the predictions of theory in parentheses."""
    run = winitgen("probe", DECK)
    head, row, _, sent, verdict, measured = run.out.splitlines()

    assert (0, "") == (run.code, run.err)
    assert [
        *("layer", "type", "activation", "pre mean", "pre std", "out mean", "out std", "saturated"),
        *("at the ends", "dead", "gradient std", "gain", "gain back", "condition", "out histogram"),
    ] == [title.strip() for title in head.split("  ") if title.strip()]
    assert row.startswith("fc     dense  sigmoid")
    assert " (1) " in row
    assert " (0.2083) " in row
    assert row.rstrip()[-16:].strip(" ▁▂▃▄▅▆▇█") == ""
    assert "deck, 500 samples, standard Gaussian, seed 0" == sent
    assert "verdict: healthy" == verdict
    assert (
        "measured: signal 0.9985 (from 0.0006667 to 1500), gradient 1 (from 0.005 to 1500), distinct 0.3838 (from 0.002), "
        "saturated 0 % (up to 50 %), dead 0 % (up to 90 %); margin 85 % distinct" == measured
    )


def test_the_table_of_a_comparison(winitgen: Winitgen) -> None:
    """There is one line for each scheme, then the verdict of each with the layer where it starts."""
    run = winitgen("probe", DECK, "--compare", SCHEMES)
    lines = run.out.splitlines()

    assert 0 == run.code
    assert ["normal", "saturating", "fc", "-58", "%", "saturated", "22.27", "0.4819"] == lines[1].split()[:8]
    assert ["lecun_normal", "healthy"] == lines[2].split()[:2]
    assert (
        "normal: saturating from fc: for 78.8 % of the values the slope of the sigmoid is below 1 % of its maximum"
        == lines[5]
    )
    assert "lecun_normal: healthy" == lines[6]


def test_a_threshold_changes_the_verdict(winitgen: Winitgen) -> None:
    """And the exit code, and the command that reproduces the report."""
    run = winitgen("probe", DECK, "--samples", "50", "--threshold", "signal=1.0001", "--fail-on", "any")
    report = json.loads(winitgen("probe", DECK, "--samples", "50", "--threshold", "dead=1", "--json").out)

    assert (1, True) == (run.code, "(from 0.9999 to 1)" in run.out)
    assert "winitgen probe specs/deck.yaml --samples 50 --threshold dead=1" == report["command"]


def test_a_terminal_without_unicode_gets_other_bars(winitgen: Winitgen) -> None:
    """Histograms use characters that standard output can encode."""
    run = winitgen("probe", DECK, PYTHONIOENCODING="ascii")

    assert 0 == run.code
    assert run.out.splitlines()[1].rstrip()[-16:].strip(" .:-=+*#@") == ""


def test_json(winitgen: Winitgen) -> None:
    """--json prints the whole report, and the command in it reproduces it."""
    run = winitgen("probe", DECK, "--compare", SCHEMES, "--samples", "50", "--json")
    report = json.loads(run.out)

    assert ["normal", "lecun_normal"] == [found["label"] for found in report["runs"]]
    assert 64 == len(report["runs"][0]["layers"][0]["out"]["histogram"]["counts"])
    assert "winitgen probe specs/deck.yaml --samples 50 --compare normal,lecun_normal" == report["command"]
    assert run.out == winitgen(*report["command"].split()[1:], "--json").out


@pytest.mark.parametrize(
    ("verdicts", "code"), [("vanishing,exploding", 0), ("saturating", 1), ("dead,saturating", 1), ("any", 1)]
)
def test_failing_on_a_verdict(winitgen: Winitgen, verdicts: str, code: int) -> None:
    """The exit code is 1 if the network has one of the named verdicts; the table is printed in any case."""
    run = winitgen("probe", DECK, "--compare", "normal", "--samples", "20", "--fail-on", verdicts)

    assert code == run.code
    assert "saturating from fc" in run.out


NARROW = (
    "model: narrow\ninput: 2\nlayers:\n"
    "  - {name: fc, type: dense, units: 2, activation: tanh, init: {scheme: normal, std: 3.0}}\n"
)
"""A layer that saturates with some seeds."""


def test_several_seeds(winitgen: Winitgen) -> None:
    """The mean and the spread of each figure, how many seeds have which verdict, and the command that gives the same."""
    run = winitgen("probe", "-", "--samples", "50", "--seeds", "8", "--seed", "3", stdin=NARROW)
    report = json.loads(
        winitgen("probe", "-", "--samples", "50", "--seeds", "8", "--seed", "3", "--json", stdin=NARROW).out
    )

    assert (0, "") == (run.code, run.err)
    assert ["fc", "± std", "min", "max"] == [
        line.split("  ")[0 if line[0] != " " else 1].strip() for line in run.out.splitlines()[1:5]
    ]
    assert "narrow, 50 samples, standard Gaussian, 8 seeds from 3 to 10" in run.out
    assert "winitgen probe - --seed 3 --seeds 8 --samples 50" == report["command"]
    assert list(range(3, 11)) == report["seeds"]


@pytest.mark.parametrize(("seed", "seeds", "code"), [("3", "8", 1), ("0", None, 0)])
def test_failing_on_the_verdict_of_any_seed(
    winitgen: Winitgen, seed: str, seeds: str | None, code: int
) -> None:
    """One seed that has it is enough, however many have not."""
    several = [] if seeds is None else ["--seeds", seeds]
    run = winitgen(
        "probe", "-", "--samples", "50", "--seed", seed, *several, "--fail-on", "saturating", stdin=NARROW
    )

    assert code == run.code


def test_seeds_with_a_comparison_and_a_sweep(winitgen: Winitgen) -> None:
    """Each run has all of them."""
    compared = winitgen("probe", DECK, "--samples", "9", "--seeds", "2", "--compare", SCHEMES)
    swept = winitgen("probe", DECK, "--samples", "9", "--seeds", "2", "--sweep", "gain=1,2")

    assert "normal: saturating in all 2" in compared.out
    assert "gain = 1: healthy in all 2" in swept.out
    assert (0, 0) == (compared.code, swept.code)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--seeds", "1"], "expected a whole number from 2 to 1000, not '1'"),
        (["--seeds", "x"], "expected a whole number from 2 to 1000, not 'x'"),
        (
            ["--seeds", "2", "--seed", str(2**64 - 1)],
            "winitgen: 2 seeds from 18446744073709551615 on would go beyond 2^64 - 1; start at a smaller seed",
        ),
    ],
)
def test_refused_seeds(winitgen: Winitgen, args: list[str], message: str) -> None:
    """One line, and nothing is probed."""
    run = winitgen("probe", DECK, *args)

    assert (2, "", 1) == (run.code, run.out, len(run.err.splitlines()))
    assert message in run.err


def test_a_spec_from_a_pipe_is_read_once_for_all_points(winitgen: Winitgen) -> None:
    """A sweep reads the spec again for every value, but a pipe only once."""
    text = 'input: 30\nvars: {n: 4}\nlayers: [{name: fc, type: dense, units: "${n}", activation: tanh}]\n'
    run = winitgen("probe", "-", "--sweep", "n=2,8", "--samples", "5", stdin=text)

    assert ["n = 2", "n = 8"] == [line[:5] for line in run.out.splitlines()[1:3]]


def test_another_number_of_positions(winitgen: Winitgen, tmp_path: Path) -> None:
    """--steps changes the length of a sequence; the weights stay those of the spec."""
    text = (
        "input: {tokens: 4}\nlayers:\n"
        "  - {name: words, type: embedding, count: 50, dim: 8}\n"
        "  - {name: lstm, type: lstm, units: 6}\n"
    )
    short, long = (
        json.loads(winitgen("probe", "-", "--samples", "3", "--json", *steps, stdin=text).out)["runs"][0]
        for steps in ([], ["--steps", "40"])
    )

    assert short["weights"] == long["weights"]
    assert short["layers"][1]["out"]["std"] < long["layers"][1]["out"]["std"]


def test_real_samples(winitgen: Winitgen, tmp_path: Path) -> None:
    """--input sends the samples of a file; theory starts from their moments."""
    np.save(tmp_path / "x.npy", np.random.default_rng(0).uniform(0, 4, (40, 500)))
    report = json.loads(winitgen("probe", DECK, "--input", tmp_path / "x.npy", "--json").out)
    layer = report["runs"][0]["layers"][0]

    assert 40 == report["samples"]
    assert layer["pre"]["predicted_std"] == pytest.approx((16 / 3) ** 0.5, rel=0.02)
    assert layer["pre"]["std"] == pytest.approx((16 / 3) ** 0.5, rel=0.1)


def test_files(winitgen: Winitgen, tmp_path: Path) -> None:
    """Every requested plot and report is written completely; empty files are replaced."""
    names = ["p.png", "p.svg", "p.pdf", "p.html", "r.html", "r.json", "r.md"]
    (tmp_path / "p.png").write_bytes(b"")
    options = [argument for name in names for argument in ("--plot" if name[0] == "p" else "--report", name)]
    spec = Path(DECK).resolve()

    run = winitgen("probe", spec, "--compare", SCHEMES, "--samples", "30", *options, cwd=tmp_path)

    assert 0 == run.code
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    assert b"\x89PNG" == (tmp_path / "p.png").read_bytes()[:4]
    assert (tmp_path / "p.svg").read_text().startswith("<?xml")
    assert (tmp_path / "p.html").read_bytes() == (tmp_path / "r.html").read_bytes()
    assert "normal" == json.loads((tmp_path / "r.json").read_text())["runs"][0]["label"]
    assert "# deck" == (tmp_path / "r.md").read_text().splitlines()[0]


CALLS = {
    "a variable given twice": (
        ["SPEC", "--set", "n=3", "--set", "n=4"],
        "winitgen: --set gives 'n' twice; give each variable once\n",
    ),
    "a sweep of a variable that is set": (
        ["SPEC", "--set", "n=3", "--sweep", "n=2,8"],
        "winitgen: --set and --sweep both say what 'n' is; use one\n",
    ),
    "a sweep with no points": (
        ["SPEC", "--sweep", "gain=0.5:2:0"],
        (
            "winitgen: --sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not 'gain=0.5:2:0'; "
            "a sweep has 1 to 1000 points\n"
        ),
    ),
    "a variable that is not there": (
        ["SPEC", "--sweep", "depth=1,2"],
        "winitgen: the spec has no variable 'depth' in 'vars'\n",
    ),
    "a verdict nobody gives": (
        ["SPEC", "--fail-on", "vanish"],
        "winitgen: --fail-on: unknown verdict 'vanish'; did you mean 'vanishing'?\n",
    ),
    "a verdict like no other": (
        ["SPEC", "--fail-on", "ok"],
        "winitgen: --fail-on: unknown verdict 'ok'; the verdicts are exploding, vanishing, saturating, dead, or any of them\n",
    ),
    "a scheme nobody knows": (
        ["SPEC", "--compare", "glorot,he_norml"],
        "winitgen: --compare: unknown scheme 'he_norml'; did you mean 'he_normal'?\n",
    ),
    "a plot of an unknown kind": (
        ["SPEC", "--plot", "p.eps"],
        "winitgen: p.eps: a plot ends in .png, .svg, .pdf, .html\n",
    ),
    "a report of an unknown kind": (
        ["SPEC", "--report", "r.txt"],
        "winitgen: r.txt: a report ends in .json, .md, .html\n",
    ),
    "a plot in a folder that is not there": (
        ["SPEC", "--plot", "no/p.png"],
        "winitgen: no/p.png: the folder of the plot does not exist\n",
    ),
    "a plot over a report": (
        ["SPEC", "--plot", "r.html", "--report", "./r.html"],
        "winitgen: ./r.html: the report would replace another plot, r.html; give it another name\n",
    ),
    "a figure nobody knows": (
        ["SPEC", "--plot", "p.png", "--figure", "page"],
        "winitgen: unknown figure 'page'; the figures are deck, depth, histograms, sweep\n",
    ),
    "a figure and no file for it": (
        ["SPEC", "--figure", "deck"],
        "winitgen: --figure is about what --plot draws; name a file with --plot\n",
    ),
    "a figure of another kind of probe": (
        ["SPEC", "--samples", "3", "--plot", "p.png", "--figure", "sweep"],
        "winitgen: this report has no data for the figure sweep\n",
    ),
    "a layer that is not there": (
        ["SPEC", "--samples", "3", "--plot", "p.png", "--layer", "fc9"],
        "winitgen: layer fc9 has no kernel that was drawn and measured\n",
    ),
    "samples that are not there": (
        ["SPEC", "--input", "x.npy"],
        "winitgen: cannot read x.npy: No such file or directory\n",
    ),
    "positions of features": (
        ["SPEC", "--steps", "7"],
        (
            "winitgen: --steps sets the positions of a sequence, of tokens or of (positions, features); "
            "this model has the input (3,)\n"
        ),
    ),
}


@pytest.mark.parametrize(("args", "message"), CALLS.values(), ids=CALLS)
def test_a_wrong_call_is_refused(
    winitgen: Winitgen, spec: Path, tmp_path: Path, args: list[str], message: str
) -> None:
    """The exit code is 2, standard output is empty, and nothing is written."""
    run = winitgen("probe", *(str(spec) if arg == "SPEC" else arg for arg in args), cwd=tmp_path)

    assert (2, "", message) == run
    assert [spec] == list(tmp_path.iterdir())


def test_a_plot_that_cannot_be_written(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A folder under its name stays as it is, and is refused before anything is drawn; the exit code is 3."""
    (tmp_path / "p.png").mkdir()
    run = winitgen("probe", spec, "--samples", "3", "--plot", "p.png", cwd=tmp_path)

    assert (3, "", "winitgen: cannot write p.png: it is a folder\n") == run


def test_a_report_never_replaces_the_samples(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The samples are protected under their own name, and if named as an array of an archive."""
    np.savez(tmp_path / "x.npz", a=np.ones((2, 3)), b=np.ones((2, 3)))
    (tmp_path / "r.json").symlink_to("x.npz")
    run = winitgen("probe", spec, "--input", "x.npz:a", "--report", "r.json", cwd=tmp_path)

    assert (2, "", "winitgen: r.json: the report would replace the samples; give it another name\n") == run


def test_a_backend_that_does_not_exist(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The environment's choice of a matplotlib backend does not matter."""
    run = winitgen("probe", spec, "--samples", "3", "--plot", "p.svg", cwd=tmp_path, MPLBACKEND="nonsense")

    assert (0, "") == (run.code, run.err)


def test_without_matplotlib(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Before anything is computed, a message names the extra to install."""
    (tmp_path / "matplotlib.py").write_text("raise ModuleNotFoundError('No module', name='matplotlib')\n")
    run = winitgen("probe", spec, "--plot", "p.png", cwd=tmp_path, PYTHONPATH=str(tmp_path))

    message = "winitgen: matplotlib is needed for plots; install it with: pip install 'winitgen[plot]' ('.[plot]' in a clone)\n"
    assert (2, "", message) == run


def test_positions_of_channels(winitgen: Winitgen) -> None:
    """The first axis of a convolution's input is channels; --steps does not change their number."""
    text = "input: [8, 100]\nlayers: [{type: conv1d, filters: 4, kernel_size: 3}]\n"
    run = winitgen("probe", "-", "--steps", "50", stdin=text)

    message = "winitgen: --steps sets the positions of a sequence, but the first axis of this model's input is channels\n"
    assert (2, "", message) == run


LAYERS = {
    "nothing but a tensor with no place in the flow": (
        "input: 4\nlayers:\n  - {name: scale, type: param, shape: [3], init: ones}\n",
        "model.yaml: layers: no layer takes part in a flow; there is nothing to probe\n",
    ),
    "parts that nothing flows into": (
        (
            "layers:\n  - {name: a, type: dense, inputs: 4, units: 3}\n"
            "  - {name: b, type: dense, inputs: 7, units: 2}\n"
        ),
        (
            "model.yaml:2:5: layers[0]: no flow reaches the dense 'a'; its layers state 'inputs' of their own, and nothing says how "
            "they are joined; state the model's 'input' if each follows the one before it, else this model cannot be probed\n"
        ),
    ),
}


@pytest.mark.parametrize(("text", "message"), LAYERS.values(), ids=LAYERS)
def test_layers_that_cannot_be_probed(winitgen: Winitgen, tmp_path: Path, text: str, message: str) -> None:
    """They are named, each with its location in the spec."""
    (tmp_path / "model.yaml").write_text(text)

    assert (2, "", message) == winitgen("probe", "model.yaml", cwd=tmp_path)


def test_control_characters_in_a_name(winitgen: Winitgen, tmp_path: Path) -> None:
    """Control characters and direction marks are escaped, in the table and in Markdown."""
    text = 'model: "red\\x1b[31m\\u202e"\ninput: 3\nlayers: [{type: dense, units: 2}]\n'
    run = winitgen("probe", "-", "--samples", "3", "--report", tmp_path / "r.md", stdin=text)
    report = (tmp_path / "r.md").read_text(encoding="utf-8")

    assert "red\\x1b[31m\\u202e, 3 samples, standard Gaussian, seed 0" in run.out
    assert not {"\x1b", "\u202e"} & {*run.out, *report}


def test_a_probe_needs_no_matplotlib_for_its_table() -> None:
    """The table needs neither matplotlib nor the libraries of the file formats."""
    from tests.test_imports import HEAVY, loaded

    assert set() == loaded("probe", DECK) & (HEAVY - {"numpy", "cryptography", "msgspec", "ruamel"})

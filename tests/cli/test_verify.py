"""``winitgen verify``: output and exit codes."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Winitgen


@pytest.fixture
def weights(winitgen: Winitgen, spec: Path, tmp_path: Path) -> Path:
    """A file drawn from the small spec."""
    path = tmp_path / "w.safetensors"
    assert 0 == winitgen("init", spec, "-o", path, "--seed", 3).code
    return path


def damage(path: Path) -> None:
    """Change the last byte of a file: the sign of the last value and more."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.write_bytes(content)


def test_a_file_that_matches(winitgen: Winitgen, weights: Path) -> None:
    """The totals and the result are printed; only the time may differ."""
    run = winitgen("verify", weights)

    lines = run.out.splitlines()
    assert (0, "") == (run.code, run.err)
    assert "4 tensors, 26 values, 104 B, seed 3, torch layout" == lines[0]
    shown = re.sub(r"[\d.]+ s \([\d.]+ GB", "T s (S GB", lines[1])
    recipe = hash_of_recipe(weights)
    assert (
        f"verified {weights} (safetensors): drawn again, bit for bit, 104 B in T s (S GB/s), "
        f"by the recipe in the file (small, sha256 {recipe[:8]}...), which finds accidents only"
    ) == shown
    assert 2 == len(lines)


def hash_of_recipe(path: Path) -> str:
    """Return the SHA-256 of the recipe as it stands in the metadata of a safetensors file."""
    import safetensors

    with safetensors.safe_open(path, "np") as file:
        return hashlib.sha256(file.metadata()["winitgen"].encode()).hexdigest()


def test_by_a_spec(winitgen: Winitgen, weights: Path, spec: Path) -> None:
    """The last line names the layer-spec, from a file or from standard input."""
    recipe = f"(small, sha256 {hash_of_recipe(weights)[:8]}...)"
    file = winitgen("verify", weights, spec, "--seed", 3)
    piped = winitgen("verify", weights, "-", "--seed", 3, stdin=spec.read_text())

    assert file.out.splitlines()[1].endswith(f" GB/s), by the spec {spec} {recipe}")
    assert piped.out.splitlines()[1].endswith(f" GB/s), by the spec on standard input {recipe}")


def test_an_expected_recipe(winitgen: Winitgen, weights: Path, spec: Path, tmp_path: Path) -> None:
    """The hash that init and verify print as JSON is that of the recipe in the file; with another one the file differs."""
    recipe = hash_of_recipe(weights)
    drawn = winitgen("init", spec, "-o", tmp_path / "again.safetensors", "--seed", 3, "--json")
    same = winitgen("verify", weights, "--expect", recipe.upper())
    other = winitgen("verify", weights, "--expect", "0" * 64)
    called = winitgen("verify", weights, "--expect", recipe[:8])

    assert recipe == json.loads(drawn.out)["recipe"]
    assert recipe == json.loads(winitgen("verify", weights, "--json").out)["recipe"]
    assert same.out.splitlines()[1].endswith(
        f", by the recipe in the file (small, sha256 {recipe[:8]}..., as expected)"
    )
    line = f"{weights}: its recipe has the sha256 {recipe}, not {'0' * 64}"
    assert (1, "", f"{line}\n") == (other.code, other.out, other.err)
    wanted = "expect takes the sha256 of a recipe, as --json of init has it: 64 hexadecimal digits"
    assert (2, f"winitgen: {wanted}, not {recipe[:8]!r}\n") == (called.code, called.err)


def test_a_file_that_differs(winitgen: Winitgen, weights: Path) -> None:
    """One line on standard error names the element and both values; the exit code is 1."""
    import safetensors.numpy

    before = str(safetensors.numpy.load_file(weights)["out.weight"][1, 3])
    damage(weights)
    after = str(safetensors.numpy.load_file(weights)["out.weight"][1, 3])

    line = f"out.weight[1, 3] (element 7) is {after}, not {before}"
    assert (1, "", f"{weights}: {line}\n") == winitgen("verify", weights)
    annotation = f"::error file={weights},title=winitgen::{line}\n"
    assert (1, "", annotation) == winitgen("verify", weights, "--error-format", "github")


def test_json(winitgen: Winitgen, weights: Path) -> None:
    """--json prints a report for a file that matches, and for one that differs."""
    equal = winitgen("verify", weights, "--json", "--digest")
    report = json.loads(equal.out)
    damage(weights)
    unequal = winitgen("verify", weights, "--json")
    other = json.loads(unequal.out)

    assert (0, 1, "verified", "differs") == (equal.code, unequal.code, report["status"], other["status"])
    assert ["content", "parameters"] == sorted(report["digests"])
    assert {"bytes": 104, "elements": 26, "tensors": 4} == report["totals"] == other["totals"]
    assert ("recipe", 3, 1, "safetensors") == (
        report["origin"],
        report["seed"],
        report["stream"],
        report["format"],
    )
    assert [unequal.err] == [f"{weights}: {line}\n" for line in other["differences"]]
    assert ("out.weight", 7, [1, 3]) == tuple(other["first"][key] for key in ("tensor", "element", "indices"))


def test_quiet_prints_nothing(winitgen: Winitgen, weights: Path) -> None:
    """A match prints nothing; a difference is still reported."""
    assert (0, "", "") == winitgen("verify", weights, "--quiet")
    damage(weights)
    run = winitgen("verify", weights, "--quiet")
    assert (1, "", 1) == (run.code, run.out, len(run.err.splitlines()))


def test_a_file_without_a_recipe(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The message asks for the spec; with it, and its seed, dtype, layout and variables, the values are compared."""
    options = ("--seed", "7", "--dtype", "float64", "--layout", "keras", "--set", "n=9")
    winitgen("init", spec, "-o", tmp_path / "w.npy", *options)

    message = "winitgen: w.npy carries no recipe; name its layer-spec: winitgen verify w.npy SPEC\n"
    assert (2, "", message) == winitgen("verify", "w.npy", cwd=tmp_path)
    run = winitgen("verify", "w.npy", spec, *options, "--threads", 2, cwd=tmp_path)
    assert 0 == run.code
    assert [
        "4 tensors, 56 values, 448 B, seed 7, keras layout",
        "note: the file carries no recipe; its values are those of the spec",
    ] == run.out.splitlines()[:2]
    assert 1 == winitgen("verify", "w.npy", spec, cwd=tmp_path).code


def test_a_spec_from_standard_input(winitgen: Winitgen, spec: Path, weights: Path) -> None:
    """``-`` as SPEC means standard input."""
    assert 0 == winitgen("verify", weights, "-", "--seed", 3, stdin=spec.read_text()).code


def test_a_difference_of_the_recipe_is_reported(winitgen: Winitgen, spec: Path, weights: Path) -> None:
    """The message names the seed of the file and that of the spec."""
    run = winitgen("verify", weights, spec)

    assert 1 == run.code
    assert f"{weights}: its seed is 3, not 0" == run.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--seed", "1"), "--seed replaces what SPEC says; without SPEC the recipe in FILE is followed"),
        (
            ("--layout", "nnx"),
            "--layout replaces what SPEC says; without SPEC the recipe in FILE is followed",
        ),
        (("--set", "n=1"), "--set replaces what SPEC says; without SPEC the recipe in FILE is followed"),
        (("--quiet", "--json"), "--quiet and --json both say what is printed; use one"),
        (("--quiet", "--digest"), "--quiet prints nothing, and --digest is printed; use one"),
    ],
)
def test_a_wrong_call_is_refused(
    args: tuple[str, ...], message: str, winitgen: Winitgen, weights: Path
) -> None:
    """Conflicting options are reported before anything is read."""
    assert (2, "", f"winitgen: {message}\n") == winitgen("verify", weights, *args)


def test_a_file_that_is_not_there(winitgen: Winitgen, tmp_path: Path) -> None:
    """A missing file gives exit code 2."""
    expected = (2, "", "winitgen: cannot read w.npz: No such file or directory\n")
    assert expected == winitgen("verify", "w.npz", cwd=tmp_path)


def test_mistakes_of_the_spec_are_reported(winitgen: Winitgen, weights: Path, tmp_path: Path) -> None:
    """They are reported as by any other command."""
    (tmp_path / "bad.yaml").write_text("input: 3\nlayers: [{type: dense, units: 0}]\n")

    run = winitgen("verify", weights, "bad.yaml", cwd=tmp_path)
    message = "bad.yaml:2:31: layers[0].units: expected a whole number from 1 to 2^40, not 0\n"
    assert (2, "", message) == run


def test_names_cannot_control_the_terminal(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Control characters in the names of a file and its tensors are printed in escaped form."""
    path = tmp_path / "w\x1b[2J.npz"
    np.savez(path, **{"\x1b]0;x\x07": np.zeros(3, np.float32)})

    run = winitgen("verify", path, spec)
    assert 1 == run.code
    assert "\x1b" not in run.err + run.out
    assert r"w\x1b[2J.npz: \x1b]0;x\x07 is not among the tensors of the spec" in run.err


def test_names_behind_a_prefix(here: Winitgen, weights: Path, spec: Path) -> None:
    """The last line says with which option they match, and then what was left out and changed."""
    from safetensors.numpy import load_file, save_file

    arrays = {f"module.{name}": values for name, values in load_file(weights).items()}
    save_file({**arrays, "module.ema": np.ones(3)}, weights)
    call = ("verify", weights, spec, "--seed", 3)
    rules = ("--strip-prefix", "module.", "--ignore", "ema", "--ignore", "out.*", "--rename", "fc.(w)=fc.\\1")
    hint = "hint: 4 more tensors match with --strip-prefix module."

    bare, ruled = here(*call), here(*call, *rules)
    assert (1, f"{weights}: {hint}") == (bare.code, bare.err.splitlines()[-1])
    assert (0, "2 tensors, 16 values, 64 B, seed 3, torch layout") == (ruled.code, ruled.out.splitlines()[0])
    assert ruled.out.splitlines()[-1].endswith(
        "...); 3 tensors ignored: out.weight, out.bias, module.ema; names without module.; "
        "names replaced by fc.(w)=fc.\\1"
    )
    tested = here(*call, "--statistics", *rules)
    assert (0, True) == (tested.code, tested.out.splitlines()[-1].endswith("names replaced by fc.(w)=fc.\\1"))
    assert (1, hint) == (
        here(*call, "--statistics").code,
        here(*call, "--statistics").out.splitlines()[-1],
    )

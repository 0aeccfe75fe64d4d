"""Windows, as far as another system can imitate it: the same bytes, no call that it lacks, and its own refusals."""

from __future__ import annotations

import json
import ntpath
import os
import random
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from winitgen.errors import UsageError
from winitgen.files.formats.npy_dir import writer as npy_dir
from winitgen.files.windows_names import windows_trouble

HERE = Path(__file__).parent
SPEC = str(HERE.parents[1] / "specs/mlp.yaml")
FORMATS = {
    "w.safetensors": [],
    "w.npz": [],
    "w.h5": [],
    "w.weights.h5": ["--layout", "keras"],
    "w/": [],
    "shards/": ["--format", "safetensors", "--max-shard-size", "1MB"],
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="imitates Windows by what Linux has")


def on_windows(*commands: list[str]) -> list[list[object]]:
    """Run commands as on Windows; return the exit code, standard output and standard error of each."""
    ran = subprocess.run(
        [sys.executable, HERE / "as_windows.py", json.dumps(commands)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (ran.returncode, ran.stderr)
    found: list[list[object]] = json.loads(ran.stdout)
    return found


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of each file of a folder."""
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in ([path] if path.is_file() else sorted(path.rglob("*")))
        if file.is_file()
    }


@pytest.mark.parametrize("name", FORMATS)
def test_every_format(name: str, tmp_path: Path) -> None:
    """A file is written, found up to date, refused, replaced and verified; nothing is left; the bytes are the same."""
    options = [*FORMATS[name], "--quiet"]
    ours, theirs = f"{tmp_path}/here/{name}", f"{tmp_path}/there/{name}"
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    init = [sys.executable, "-m", "winitgen", "init", SPEC, *options]
    subprocess.run([*init, "-o", ours, "--seed", "1"], check=True)

    ran = on_windows(
        ["init", SPEC, "-o", theirs, *options],
        ["verify", theirs, "--quiet"],
        ["init", SPEC, "-o", theirs, *options, "--check"],
        ["init", SPEC, "-o", theirs, *options, "--seed", "1"],
        ["init", SPEC, "-o", theirs, *options, "--seed", "1", "--force"],
        ["verify", theirs, "--quiet"],
        ["inspect", theirs, "--header"],
        ["diff", ours, theirs],
    )

    assert [0, 0, 0, 3, 0, 0, 0, 0] == [code for code, _, _ in ran], ran
    assert contents(Path(ours)) == contents(Path(theirs))
    assert [name.rstrip("/")] == os.listdir(tmp_path / "there")


def test_probe_and_report(tmp_path: Path) -> None:
    """A probe, a plan and a report need nothing that Windows lacks."""
    report = tmp_path / "report.html"

    ran = on_windows(
        ["probe", SPEC, "--samples", "20"],
        ["plan", SPEC],
        ["init", SPEC, "-o", f"{tmp_path}/w.npz", "--report", str(report)],
    )

    assert [0, 0, 0] == [code for code, _, _ in ran], ran
    assert report.read_text("utf-8").startswith("<!doctype html>")


def test_a_backslash_at_the_end(tmp_path: Path) -> None:
    """A folder's name may end in a backslash."""
    ran = on_windows(["init", SPEC, "-o", f"{tmp_path}/w\\", "--quiet"], ["verify", f"{tmp_path}/w"])

    assert [0, f"{tmp_path}/w/\n", ""] == ran[0]
    assert 0 == ran[1][0]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """A rename replaces no folder there, even an empty one."""
    (tmp_path / "w").mkdir()

    ran = on_windows(["init", SPEC, "-o", f"{tmp_path}/w/", "--quiet"])

    assert [[0, f"{tmp_path}/w/\n", ""]] == ran
    assert 7 == len(os.listdir(tmp_path / "w"))


REFUSED = {
    "NUL.npz": "is the name of a device, 'NUL'",
    "com1.safetensors": "is the name of a device, 'com1'",
    "a?.npz": "holds '?'",
    "what .": "ends in '.'",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_outputs(name: str, tmp_path: Path) -> None:
    """A name that would reach a device, or another file, is refused; elsewhere it is an ordinary name."""
    path = f"{tmp_path}/{name}"

    ((code, out, err),) = on_windows(["init", SPEC, "-o", path, "--format", "npz"])

    message = (
        f"winitgen: {path}: Windows has no files of this name, as it {REFUSED[name]}; choose another name\n"
    )
    assert (2, "", message) == (code, out, err)
    assert [] == os.listdir(tmp_path)


def test_refused_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tensor of another file, which may have any name, is refused in a folder if Windows has no file of its name."""
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(UsageError) as caught:
        npy_dir.lay_out([SimpleNamespace(name="a:b")], {})  # type: ignore[list-item]

    assert "npy-dir cannot name a file 'a:b.npy' on Windows, as it holds ':'; .npz can hold it" == str(
        caught.value
    )


def test_a_member_on_another_drive(tmp_path: Path) -> None:
    """The file of a tensor in an index cannot lead to another drive, or to a device."""
    folder = tmp_path / "w"
    folder.mkdir()
    for name in ("C:x.npy", "NUL"):
        (folder / "index.json").write_text(json.dumps({"tensors": {"x": {"file": name}}}))

        ((code, _, err),) = on_windows(["inspect", str(folder)])

        assert 2 == code
        assert err == (
            f"winitgen: {folder} is a damaged folder of npy files: the file of 'x' is not a plain file name\n"
        )


def names() -> list[str]:
    """Return 600 names made of devices, forbidden characters, endings and ordinary letters."""
    pick = random.Random(8)  # noqa: S311
    parts = [
        "con",
        "AUX",
        "Nul",
        "prn",
        "com1",
        "COM¹",
        "lpt9",
        "com",
        "lpt10",
        "conin$",
        "ab",
        "fc1",
        "weight",
    ]
    ends = ["", ".", " ", ".npy", " .npy", ".weight.npy", ":", "*", "?.npz", '"', "<", "|", "\t", "é"]
    return [pick.choice(parts) + pick.choice(["", "", "x", "."]) + pick.choice(ends) for _ in range(600)]


def test_names_against_the_standard_library() -> None:
    """Windows' own rules, as the standard library has them; before Python 3.13 it has those of devices only."""
    if sys.version_info >= (3, 13):
        expected = {name for name in names() if ntpath.isreserved(name)}
        found = {name for name in names() if windows_trouble(name)}
        assert expected == found
        return
    expected = {name for name in names() if PureWindowsPath(name).is_reserved()}
    found = {name for name in names() if "device" in windows_trouble(name)}
    assert found <= expected
    assert {name for name in expected if not windows_trouble(name)} == set()

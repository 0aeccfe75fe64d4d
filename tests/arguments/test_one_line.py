"""The text of an error is one line, as the command line prints it, whatever a path has in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.errors import Mistake, SpecError, WinitgenError

SPEC: dict[str, Any] = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}
ODD, SHOWN = "a\nb\x1b[31m\u202e\udc80", "a\\nb\\x1b[31m\\u202e\\udc80"

CALLS: list[tuple[Callable[[], object], str]] = [
    (lambda: winitgen.inspect(f"{ODD}.npz"), f"cannot read {SHOWN}.npz: No such file or directory"),
    (lambda: winitgen.verify(f"{ODD}/"), f"cannot read {SHOWN}/: No such file or directory"),
    (lambda: winitgen.diff("w.npz", ODD), f"cannot read {SHOWN}: No such file or directory"),
    (lambda: winitgen.plan(f"{ODD}.yaml"), f"cannot read {SHOWN}.yaml: No such file or directory"),
    (lambda: winitgen.finalize(f"{ODD}/"), f"cannot read {SHOWN}/: No such file or directory"),
    (
        lambda: winitgen.write(SPEC, ODD),
        f"{SHOWN}: no ending; the endings are .h5, .hdf5, .npy, .npz, .safetensors, .weights.h5, and / for a folder",
    ),
    (lambda: winitgen.write(SPEC, f"{ODD}/w.npz"), f"cannot write {SHOWN}/w.npz: No such file or directory"),
    (
        lambda: winitgen.write(SPEC, "w.npz", base=f"{ODD}.npz", only=["*"]),
        f"cannot read {SHOWN}.npz: No such file or directory",
    ),
    (lambda: winitgen.probe(SPEC, input=f"{ODD}.npy"), f"cannot read {SHOWN}.npy: No such file or directory"),
]


@pytest.mark.parametrize(("call", "text"), CALLS, ids=range(len(CALLS)))
def test_a_path_with_several_lines(
    call: Callable[[], object], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a terminal would obey is escaped, also in an error that is made again, as of another process."""
    monkeypatch.chdir(tmp_path)
    winitgen.write(SPEC, "w.npz")
    with pytest.raises(WinitgenError) as caught:
        call()

    assert text == str(caught.value)
    assert text == str(copy.copy(caught.value))


def test_a_file_that_stays(tmp_path: Path) -> None:
    """A folder whose own name has two lines, and whose content may not be removed."""
    folder = tmp_path / "a\nb"
    winitgen.write(SPEC, f"{folder}/", format="npy-dir")
    (folder / "c\nd").write_text("mine")
    with pytest.raises(WinitgenError) as caught:
        winitgen.write(SPEC, f"{folder}/", format="npy-dir", seed=5, force=True)

    why = "it holds 'c\\nd', which is not in its index.json"
    assert f"cannot replace {tmp_path}/a\\nb/: {why}" == str(caught.value)


def test_several_mistakes_have_a_line_each() -> None:
    """The file of each is on its line."""
    mistakes = [Mistake("a\nb.yaml", line, 1, "layers", "wrong") for line in (1, 2)]

    assert "a\\nb.yaml:1:1: layers: wrong\na\\nb.yaml:2:1: layers: wrong" == str(SpecError(mistakes))


def test_several_differences_have_a_line_each(tmp_path: Path) -> None:
    """The path of the file stands on each, on one line."""
    path = tmp_path / "a\nb.npz"
    winitgen.write(
        {"layers": [{"name": name, "type": "dense", "inputs": 3, "units": 2} for name in "xy"]}, path
    )
    with pytest.raises(WinitgenError) as caught:
        winitgen.verify(path, {"layers": [{"name": "x", "type": "dense", "inputs": 4, "units": 5}]})

    shown = f"{tmp_path}/a\\nb.npz: "
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1 > 0
    assert all(line.startswith(shown) for line in str(caught.value).splitlines())
    assert str(caught.value) == str(copy.copy(caught.value))

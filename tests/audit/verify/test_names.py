"""`winitgen.verify` with names that are ignored, replaced, or behind a prefix: what is compared stays exact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import winitgen

SPEC: dict[str, Any] = {
    "input": 5,
    "layers": [
        {"name": "net.fc", "type": "dense", "units": 70, "init": "normal"},
        {"name": "net.out", "type": "dense", "units": 3, "init": "normal"},
    ],
}
NAMES = ["net.fc.weight", "net.fc.bias", "net.out.weight", "net.out.bias"]


@pytest.fixture
def renamed(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the model with its recipe under other names, and with more tensors."""

    def write(name: Callable[[str], str], **more: np.ndarray) -> Path:
        path = tmp_path / "w.safetensors"
        winitgen.write(SPEC, path, seed=4, force=True)
        with safe_open(path, "np") as file:
            metadata = file.metadata()
        arrays = {name(key): values for key, values in load_file(path).items()}
        save_file({**arrays, **more}, path, metadata=metadata)
        return path

    return write


def lines(path: Path, spec: Any = None, **rules: Any) -> list[str]:
    """Return what differs, without the path."""
    with pytest.raises(winitgen.DiffersError) as error:
        winitgen.verify(path, spec, **rules)
    return [line.removeprefix(f"{path}: ") for line in str(error.value).splitlines()]


def test_a_prefix(renamed: Callable[..., Path]) -> None:
    """Without the option the last line names it; with it the file is verified, and the report says how."""
    path = renamed("module.{}".format)
    report = winitgen.verify(path, strip_prefix="module.")

    assert "hint: 4 more tensors match with --strip-prefix module." == lines(path)[-1]
    assert ("verified", [], [], "module.") == tuple(
        report[key] for key in ("status", "ignored", "rename", "strip_prefix")
    )
    assert 4 == report["totals"]["tensors"]


def test_a_prefix_that_the_file_lacks(renamed: Callable[..., Path], tmp_path: Path) -> None:
    """The names of the plan are those behind it, in HDF5 with another separator."""
    path = renamed(lambda name: name.removeprefix("net."))
    assert "hint: 4 more tensors match with --strip-prefix net." == lines(path)[-1]
    assert "verified" == winitgen.verify(path, strip_prefix="net.")["status"]

    with h5py.File(tmp_path / "w.h5", "w") as file:
        for name, values in load_file(path).items():
            file[name.replace(".", "/")] = values
    assert 4 == winitgen.verify(tmp_path / "w.h5", SPEC, seed=4, strip_prefix="net.")["totals"]["tensors"]


def test_a_changed_value_is_found_behind_a_prefix(renamed: Callable[..., Path]) -> None:
    """So is a tensor that the spec does not have, and one that two names would be."""
    path = renamed("m.{}".format, **{"m.more": np.ones(2)})
    assert ["more is not among the tensors of the spec"] == lines(path, strip_prefix="m.")

    arrays = load_file(path)
    arrays["m.net.out.weight"][2, 69] += 1
    save_file(arrays, path)
    (line,) = lines(path, SPEC, seed=4, strip_prefix="m.", ignore=["m.more"])
    assert line.startswith("net.out.weight[2, 69] (element 209) is ")
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.verify(path, SPEC, rename=["m.net.fc.bias=m.more"])
    assert f"{path}: 'm.more' and 'm.net.fc.bias' would both be called 'm.more'" in str(error.value)


def test_ignored_tensors(renamed: Callable[..., Path]) -> None:
    """They may be missing, wrong, or more than the plan has; the report names them, and counts the others."""
    path = renamed(str, extra=np.ones(3))
    arrays = {name: values for name, values in load_file(path).items() if name != "net.fc.bias"}
    arrays["net.out.bias"] += 1
    save_file(arrays, path)
    report = winitgen.verify(path, SPEC, seed=4, ignore=["*.bias", "ex*"])

    assert ["net.fc.bias", "net.out.bias", "extra"] == report["ignored"]
    assert (2, 5 * 70 + 70 * 3) == (report["totals"]["tensors"], report["totals"]["elements"])
    assert ["net.fc.bias is missing"] == lines(path, SPEC, seed=4, ignore=["*.out.*", "ex*"])


def test_replaced_names(renamed: Callable[..., Path]) -> None:
    """The rules are for names of the file, one after another."""
    path = renamed(lambda name: name.replace("weight", "kernel").replace("net.", "h."))
    rules = ["kernel$=weight", r"^h\.(.*)=net.\1"]

    assert rules == winitgen.verify(path, rename=rules)["rename"]
    assert "net.fc.weight is missing" in lines(path, rename=rules[1:])


def test_a_replacement_that_fits_no_name(renamed: Callable[..., Path]) -> None:
    """A hint says so, beside the names that differ, in `--statistics`, too."""
    path = renamed(lambda name: name.replace("net", "model"))
    hint = "hint: --rename module=net fits no name of the file"

    assert hint == lines(path, SPEC, rename=["module=net"])[-1]
    assert [hint] == winitgen.verify(path, SPEC, rename=["module=net"], statistics=True)["hints"]


def test_what_a_loader_could_misread_is_not_ignored(tmp_path: Path) -> None:
    """An ending of another container, and a name of another framework, differ whatever is ignored."""
    path = tmp_path / "w.npz"
    winitgen.write(SPEC, path, format="safetensors")
    found = lines(path, ignore=["*.bias"])
    metadata = {"format": "tf"}
    save_file(winitgen.generate(SPEC), tmp_path / "w.safetensors", metadata=metadata)

    assert 1 == len(found)
    assert ".npz" in found[0]
    assert ["its metadata says that its format is 'tf', not 'pt'"] == lines(
        tmp_path / "w.safetensors", SPEC, ignore=["*.bias"]
    )


def test_statistics(renamed: Callable[..., Path]) -> None:
    """The same rules; without them the hint is in the report."""
    path = renamed("_orig_mod.{}".format, extra=np.ones(3))
    bare = winitgen.verify(path, SPEC, statistics=True)
    ruled = winitgen.verify(path, SPEC, statistics=True, strip_prefix="_orig_mod.", ignore=["extra"])

    assert (0, "differs") == (bare["tests"], bare["verdict"])
    assert ["hint: 4 more tensors match with --strip-prefix _orig_mod."] == bare["hints"]
    assert ("agrees", [], ["extra"]) == (ruled["verdict"], ruled["hints"], ruled["ignored"])
    assert NAMES == [row["name"] for row in ruled["tensors"]]


def test_refusals(tmp_path: Path) -> None:
    """Nothing left, a digest of a part, and copied tensors, whose digest is one."""
    path, new = tmp_path / "w.safetensors", tmp_path / "new.safetensors"
    winitgen.write(SPEC, path)
    winitgen.write(SPEC, new, seed=1, base=path, only=["net.out.*"])
    for call, message in (
        ({"path": path, "ignore": ["*"]}, f"ignore leaves no tensor of {path} to be checked"),
        (
            {"path": path, "ignore": ["*.bias"], "digest": True},
            "a digest is of all tensors, and ignore leaves some out; ask for one of the two",
        ),
        (
            {"path": new, "ignore": ["*.bias"]},
            f"{new} has copied tensors, of which its recipe has one digest over all: none can be left out with ignore",
        ),
    ):
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.verify(**call)  # type: ignore[arg-type]
        assert message == str(error.value)

"""`winitgen.diff` with names that are ignored, replaced, or behind a prefix."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.audit.natural_order import natural

Statuses = dict[str, tuple[str | None, str]]


def files(tmp_path: Path, *names: list[str]) -> list[Path]:
    """Return two files with tensors of these names; tensors whose names have the same end have the same values."""
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    for path, own in zip(paths, names, strict=True):
        save_file({name: np.full(2, len(name.rpartition(".")[2]), np.float32) for name in own}, path)
    return paths


def statuses(paths: list[Path], **rules: object) -> Statuses:
    """Return the name in B and the status of each tensor."""
    report = winitgen.diff(*paths, **rules)  # type: ignore[arg-type]
    return {row["name"]: (row["name_b"], row["status"]) for row in report["tensors"]}


def test_a_prefix_is_taken_off_either_file(tmp_path: Path) -> None:
    """It may be before the names of A, of B, or some of both; the report keeps the files' own names."""
    paths = files(tmp_path, ["fc.weight", "net.fc.bias"], ["net.fc.weight", "fc.bias"])
    expected = {"fc.weight": ("net.fc.weight", "equal"), "net.fc.bias": ("fc.bias", "equal")}

    assert expected == statuses(paths, strip_prefix="net.")
    assert "only_in_a" == statuses(paths, strip_prefix="et.")["fc.weight"][1]


def test_a_prefix_of_groups_of_hdf5(tmp_path: Path) -> None:
    """HDF5 has / where others have a dot."""
    paths = files(tmp_path, ["fc.weight"], ["x"])
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["module/fc/weight"] = np.full(2, 6, np.float32)
    paths[1] = tmp_path / "w.h5"

    assert {"fc.weight": ("module/fc/weight", "equal")} == statuses(paths, strip_prefix="module.")
    assert ["hint: 1 more tensor matches with --strip-prefix module."] == winitgen.diff(*paths)["hints"]


def test_names_of_the_first_file_are_replaced_one_rule_after_another(tmp_path: Path) -> None:
    """Only the first match counts, a group may be used, and an = may stand in the pattern."""
    paths = files(tmp_path, ["a.a.gamma", "b.h.3.w"], ["c.a.weight", "b.layers.3.w"])
    rules = ["a=c", "gamma$=weight", r"(?<=b\.)h\.([0-9]+)=layers.\1"]
    expected = {"a.a.gamma": ("c.a.weight", "values"), "b.h.3.w": ("b.layers.3.w", "equal")}

    assert expected == statuses(paths, rename=rules)
    assert "only_in_a" == statuses(paths[::-1], rename=rules)["b.layers.3.w"][1]
    assert {"x": ("model.x", "equal")} == statuses(
        files(tmp_path, ["x"], ["model.x"]), rename=[r"(.*)=model.\1"]
    )


def test_a_replacement_that_fits_no_name_of_a(tmp_path: Path) -> None:
    """A hint says so where a tensor has no partner, and whether it was written for B; the first such rule is named."""
    paths = files(tmp_path, ["fc.w", "x"], ["dense.w", "x"])
    unfit = "hint: --rename 'dense(.*)=fc\\1' fits no name of A, whose names it would replace, but 1 of B; write it for A, or give B first"

    assert [unfit] == winitgen.diff(*paths, rename=[r"dense(.*)=fc\1", "gamma=weight"])["hints"]
    fits_none = ["hint: --rename gamma=weight fits no name of A"]
    assert fits_none == winitgen.diff(*paths, rename=["x=x", "gamma=weight"])["hints"]
    assert [] == winitgen.diff(*paths, rename=["fc=linear"])["hints"]
    assert [] == winitgen.diff(paths[0], paths[0], rename=["gamma=weight"])["hints"]


def test_ignored_names_may_be_old_or_new(tmp_path: Path) -> None:
    """The partner of an ignored tensor is left out too, and the report names each once."""
    paths = files(tmp_path, ["net.a", "net.b", "n", "c"], ["a", "b", "d", "n", "c"])
    report = winitgen.diff(*paths, ignore=["net.a", "b", "[dn]"], strip_prefix="net.")

    assert ["n", "net.a", "net.b", "b", "d", "a"] == report["ignored"]
    assert [("c", "equal")] == [(row["name"], row["status"]) for row in report["tensors"]]
    assert report["equal"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"ignore": ["*"]}, "ignore leaves no tensor of {a} and {b} to be compared"),
        ({"strip_prefix": "m."}, "{a}: 'm.x' and 'x' would both be called 'x'"),
        ({"rename": ["x=", "m=n"]}, "{a}: nothing would be left of the name 'x'"),
        ({"strip_prefix": ""}, "strip_prefix is empty; name what the names begin with, such as module."),
        ({"rename": ["m."]}, r"rename is FROM=TO, as in 'module\.(.*)=\1', not 'm.'"),
        (
            {"rename": ["(m=n"]},
            "rename '(m=n' cannot be read as a regular expression: missing ), unterminated subpattern at position 0",
        ),
        (
            {"rename": [r"m=\1"]},
            r"rename 'm=\1' cannot be read as a regular expression: invalid group reference 1 at position 1",
        ),
    ],
)
def test_refusals(tmp_path: Path, rules: dict[str, object], message: str) -> None:
    """Each with a line that says what is wrong."""
    a, b = files(tmp_path, ["m.x", "x"], ["x"])
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.diff(a, b, **rules)  # type: ignore[arg-type]

    assert message.format(a=a, b=b) == str(error.value)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (["x", "y.z"], ["module.x", "module.y.z"], "2 more tensors match with --strip-prefix module."),
        (["_orig_mod.x", "y"], ["x", "y"], "1 more tensor matches with --strip-prefix _orig_mod."),
        (["model.h.x", "head"], ["h.x", "head"], "1 more tensor matches with --strip-prefix model."),
        (["h.x", "h.y"], ["a b.h.x", "a b.h.y"], "2 more tensors match with --strip-prefix 'a b.'"),
        (
            ["x", "y"],
            ["module.model.x", "module.model.y"],
            "2 more tensors match with --strip-prefix module.model.",
        ),
        (["x", "y", "z"], ["h.x", "h.y", "q"], None),
        (["x"], ["h.x"], None),
        (["x", "model.x"], ["model.x", "model.y"], None),
        (["x", "model.x"], ["model.y", "y", "model.z", "z.x"], None),
    ],
)
def test_hints(tmp_path: Path, a: list[str], b: list[str], expected: str | None) -> None:
    """A known prefix helps if one name fits, another if it explains all; none if names would become the same."""
    paths = files(tmp_path, a, b)

    assert ([f"hint: {expected}"] if expected else []) == winitgen.diff(*paths)["hints"]
    assert [] == winitgen.diff(*paths, strip_prefix="q.")["hints"]


def test_numbers_of_any_length_are_ordered() -> None:
    """Python turns at most 4,300 digits into a number."""
    names = ["w" + "9" * 5000, "w" + "1" + "0" * 5000, "w007", "w7", "w08", "wx", "w"]

    assert ["w", "w007", "w7", "w08", names[0], names[1], "wx"] == sorted(names, key=natural)

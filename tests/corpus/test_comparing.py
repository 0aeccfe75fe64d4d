"""The comparing part of the corpus: what it takes for right, and each way to be wrong."""

from __future__ import annotations

import json
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from tests.corpus import run
from tests.corpus.comparing import Answer, differences
from tests.corpus.pins import PINNED
from tests.corpus.record import Record, figures
from tests.corpus.run import Result, compared, inspected, summarized


def _listed(path: Path) -> Answer:
    """Return the answer of the library's function, which a whole process prints."""
    try:
        return Answer(0, json.dumps(winitgen.inspect(path)), "")
    except winitgen.UnreadableError as error:
        return Answer(2, "", f"winitgen: {error}\n")


VALUES = np.array([[0.5, -2, 0], [np.nan, np.inf, 3]], np.float32)


def test_figures_by_hand() -> None:
    """Of 0.5, -2, 0 and 3; of complex numbers 3 + 4i and 0; of the ends of 64-bit numbers; of ml_dtypes; of nothing."""
    whole = {"finite": 4, "nan": 1, "infinite": 1, "zeros": 1, "min": -2, "max": 3, "mean": 0.375}
    assert whole | {"std": pytest.approx(1.7809758)} == figures(VALUES)
    turned = {
        "finite": 2,
        "nan": 0,
        "infinite": 0,
        "zeros": 1,
        "min": 0,
        "max": 5,
        "mean": [1.5, 2],
        "std": 2.5,
    }
    assert turned == figures(np.array([3 + 4j, 0], np.complex64))
    assert (2**63 - 1, -(2**63)) == tuple(
        figures(np.array([2**63 - 1, -(2**63)]))[end] for end in ("max", "min")
    )
    assert -0.5 == figures(np.array([-0.5, 2], ml_dtypes.bfloat16))["min"]
    assert (0, None, None) == tuple(figures(np.zeros((2, 0)))[key] for key in ("finite", "mean", "max"))


def _expected(tmp_path: Path, **options: Any) -> dict[str, Any]:
    """Return what is expected of an npz with numbers and a text."""
    record = Record(tmp_path)
    np.savez(record.path("w.npz"), w=VALUES, c=np.array([3 + 4j, 0]), t=np.array("adam"), e=np.zeros((0, 2)))
    arrays = {"w": VALUES, "c": np.array([3 + 4j, 0]), "e": np.zeros((0, 2))}
    record.gives("w.npz", arrays, [("t", [], "str128", "its values are text")], **options)
    return record.files[0]


def test_a_right_answer(tmp_path: Path) -> None:
    """A file of NumPy is listed with the figures that its arrays have."""
    expected = _expected(tmp_path)

    assert [] == differences(expected, inspected(tmp_path / "w.npz"))


WRONG: dict[str, tuple[tuple[str, str, Any], str]] = {
    "mean": (("w", "mean", 0.375001), "w: mean 0.375001, not 0.375"),
    "std": (("c", "std", 2.50001), "c: std 2.50001, not 2.5"),
    "zeros": (("w", "zeros", 2), "w: zeros 2, not 1"),
    "nan": (("w", "nan", 0), "w: nan 0, not 1"),
    "max": (("w", "max", 3.0000002), "w: max 3.0000002, not 3.0"),
    "complex mean": (("c", "mean", [2, 1.5]), "c: mean [2, 1.5], not [1.5, 2.0]"),
    "complex max": (("c", "max", 4.0), "c: max 4.0, not 5.0"),
    "finite": (("e", "finite", 1), "e: finite 1, not 0"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_figure(case: str, tmp_path: Path) -> None:
    """Each figure is compared, the extremes exactly."""
    expected, answer = _expected(tmp_path), _listed(tmp_path / "w.npz")
    (name, key, value), line = WRONG[case]
    report = json.loads(answer.out)
    next(row for row in report["tensors"] if row["name"] == name)["statistics"][key] = value

    assert [line] == differences(expected, Answer(0, json.dumps(report), ""))


def test_wrong_rows(tmp_path: Path) -> None:
    """A shape, a number format, a reason, and names that are missing, too many, or there twice."""
    expected, answer = _expected(tmp_path, notes=("something",)), _listed(tmp_path / "w.npz")
    report = json.loads(answer.out)
    rows = {row["name"]: row for row in report["tensors"]}
    rows["w"] |= {"shape": [3, 2], "dtype": "float16"}
    rows["t"]["unread"] = "its values are dates"
    rows["c"]["statistics"], rows["c"]["unread"] = None, "it is damaged"
    report["tensors"] = [rows["w"], rows["w"], rows["t"], rows["c"], {**rows["w"], "name": "x"}]

    assert [
        "w is listed 2 times",
        "x is listed, which the library does not give",
        "w: shape [3, 2], not [2, 3]",
        "w: format float16, not float32",
        "c: no figures: it is damaged",
        "e is not listed",
        "t: unread 'its values are dates', not 'its values are text'",
        "no note holds 'something'",
    ] == differences(expected, Answer(0, json.dumps(report), ""))


@pytest.mark.parametrize(
    ("expected", "answer", "lines"),
    [
        ("is text", Answer(2, "", "winitgen: w is text\n"), []),
        ("is a pickle", Answer(2, "", "winitgen: w is text\n"), ["is refused: winitgen: w is text"]),
        ("is text", Answer(70, "", "winitgen: w is text\n"), ["exit code 70 with 'winitgen: w is text'"]),
        ("is text", Answer(2, "", "w\nis text\n"), ["exit code 2 with 'w\\nis text'"]),
        ("is text", Answer(0, '{"tensors": []}', ""), ["is listed, not refused with 'is text'"]),
    ],
    ids=range(5),
)
def test_refusals(expected: str, answer: Answer, lines: list[str]) -> None:
    """A refusal is one line with the words that are true of the file, and the exit code for one that cannot be read."""
    record = Record(Path())
    record.refused("w", expected)

    assert lines == differences(record.files[0], answer)


def test_either_is_right(tmp_path: Path) -> None:
    """A file for which winitgen may have no reader is listed rightly, or refused in true words."""
    expected = _expected(tmp_path, or_refused=("is no file", "is a folder"))

    assert [] == differences(expected, Answer(2, "", "winitgen: w is a folder\n"))
    assert [] == differences(expected, _listed(tmp_path / "w.npz"))
    assert ["is refused: winitgen: w is empty"] == differences(
        expected, Answer(2, "", "winitgen: w is empty\n")
    )


def test_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are counted by library: what is listed, what is refused, and what is wrong."""
    monkeypatch.setattr(run, "inspected", _listed)
    record = Record(tmp_path / "files")
    np.save(record.path("w.npy"), VALUES)
    record.gives("w.npy", {"": VALUES})
    np.save(record.path("x.npy"), VALUES)
    record.gives("x.npy", {"": VALUES.T})
    Path(record.path("t.txt")).write_text("none")
    record.refused("t.txt", "is text, not a weight file")
    record.save(tmp_path / "expected.json")
    result = compared("numpy", tmp_path)

    assert result == Result("numpy", 1, 1, 1, ("numpy: x.npy: : shape [2, 3], not [3, 2]",))
    assert 1 == summarized([result, Result("other", 2, 5)])
    assert f"{'2 libraries':<28}{3:>7}{6:>9}{1:>9}{1:>7}" == capsys.readouterr().out.splitlines()[-1]
    assert 0 == summarized([Result("other", 2, 5)])


def test_the_pins() -> None:
    """Every library has a name of its own, a module, and a version for each package, and none shares a folder unduly."""
    assert 1 == max(Counter(pinned.name for pinned in PINNED).values())
    homes = {pinned.environment: pinned.requirements for pinned in PINNED}
    for pinned in PINNED:
        assert find_spec(f"tests.corpus.libraries.{pinned.module}") is not None
        assert all("==" in requirement for requirement in pinned.requirements)
        assert homes[pinned.environment] == pinned.requirements

"""Patterns of names: they match what a shell's do, and their work is bounded."""

from __future__ import annotations

import subprocess
import sys
from fnmatch import fnmatchcase
from multiprocessing import spawn
from pathlib import Path
from random import Random

import pytest

import winitgen
from winitgen.audit import name_patterns, replaced_names
from winitgen.audit.name_patterns import NamePatterns
from winitgen.audit.name_rules import name_rules
from winitgen.errors import UsageError
from winitgen.spec.mistakes import show

LONGEST = "would take too long, and '*a*a*a*w*c*' takes the longest; write fewer wildcards, or begin it with what the names begin with"


def test_what_matches_is_what_matches_in_a_shell() -> None:
    """Random patterns and names, with line breaks in them too, against `fnmatch`."""
    pick = Random(11)  # noqa: S311 - patterns, not secrets
    hits = 0
    for _ in range(2000):
        pattern = "".join(
            pick.choices(["a", "b", "*", "*", "*", "?", "[ab]", "[!a]", "[", "]", "\n"], k=pick.randint(1, 5))
        )
        name = "".join(pick.choices("aab[]\nA", k=pick.randint(0, 4)))
        found = NamePatterns("ignore", ["zz", pattern]).match(name)

        assert fnmatchcase(name, pattern) is found, (pattern, name)
        hits += found

    assert hits > 100


def test_all_names_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is on all searches, and the pattern is named that took most of them."""
    monkeypatch.setattr(name_patterns, "MOST_WORK", 5000)
    patterns = NamePatterns("--only", ["b*", "*a*a*a*w*c*", "x"])
    names = [f"a.a.a.w{number}" for number in range(5000)]

    with pytest.raises(UsageError) as refused:
        [patterns.match(name) for name in names]

    assert f"to match all patterns of --only with all names {LONGEST}" == str(refused.value)
    assert sum(map(name_patterns.look, names)) > 5000 / 3


def test_what_takes_too_long_is_refused_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`diff`, `verify` and `convert` say it of ``ignore``; `write` of the option, before anything is written."""
    monkeypatch.setattr(name_patterns, "MOST_WORK", 20)
    spec = {"input": 2, "layers": [{"type": "dense", "name": f"a.a.a{n}", "units": 2} for n in range(9)]}
    path, pattern = tmp_path / "w.safetensors", "*a*a*a*w*c*"
    winitgen.write(spec, path, fsync=False)
    ignoring = f"to match all patterns of ignore with all names {LONGEST}"
    calls = {
        "diff": lambda: winitgen.diff(path, path, ignore=[pattern]),
        "verify": lambda: winitgen.verify(path, spec, ignore=[pattern]),
        "convert": lambda: winitgen.convert(path, tmp_path / "c.npz", ignore=[pattern]),
        "write": lambda: winitgen.write(spec, tmp_path / "n.npz", base=path, only=[pattern]),
    }
    for name, call in calls.items():
        with pytest.raises(UsageError) as refused:
            call()
        expected = ignoring if name != "write" else ignoring.replace("ignore", "--only")

        assert expected == str(refused.value), name

    assert ["w.safetensors"] == [found.name for found in tmp_path.iterdir()]


def test_replacements_are_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many searches, and names that grow, are refused by all that renames; nothing is written."""
    spec = {"input": 2, "layers": [{"type": "dense", "name": f"a{n}", "units": 2} for n in range(3)]}
    path = tmp_path / "w.safetensors"
    winitgen.write(spec, path, fsync=False)
    doubled, long = r"(.*)=\1\1", "a=" + "b" * 1001
    told = {
        tuple(
            [doubled] * 20
        ): f"rename '{doubled}' makes a name of more than 10,000 characters; write a shorter replacement",
        (
            "a=b",
            long,
        ): f"rename {show(long)} has a replacement of more than 1,000 characters; write a shorter one",
        (
            "a=b",
            "b=c",
            "x=y",
        ): f"{path}: to search 6 names for 3 patterns of rename would take too long; write one "
        "pattern for several names, or rename in several runs of convert",
    }
    for rename, text in told.items():
        calls = [
            lambda rename=rename: winitgen.diff(path, path, rename=rename),
            lambda rename=rename: winitgen.verify(path, spec, rename=rename),
            lambda rename=rename: winitgen.convert(path, tmp_path / "c.npz", rename=rename),
        ]
        monkeypatch.setattr(name_patterns, "MOST_WORK", 17 if len(rename) == 3 else 12_000_000)
        for call in calls:
            with pytest.raises(UsageError) as refused:
                call()

            assert text == str(refused.value)

    assert ["w.safetensors"] == [found.name for found in tmp_path.iterdir()]
    monkeypatch.setattr(name_patterns, "MOST_WORK", 18)
    winitgen.diff(path, path, rename=["x=y", "x=y", "x=y"])  # 6 names, 18 searches
    assert "a" * 10_001 == name_rules(rename=["x=y", "^a=a"]).renamed(["a" * 10_001])[0].name


def test_a_search_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expression that takes longer than all names may is named with the name, by all that renames; nothing is written."""
    rename, name = "(.*)(.*)(.*)(.*)x=y", "a" * 190
    spec = {"input": 2, "layers": [{"type": "dense", "name": name, "units": 2}]}
    path = tmp_path / "w.safetensors"
    winitgen.write(spec, path, fsync=False)
    monkeypatch.setattr(replaced_names, "SECONDS", 0.001)
    calls = [
        lambda: winitgen.diff(path, path, rename=[rename]),
        lambda: winitgen.verify(path, spec, rename=[rename]),
        lambda: winitgen.convert(path, tmp_path / "c.npz", rename=[rename]),
    ]
    told = (
        f"rename '{rename}' takes too long on the name {show(f'{name}.weight')}; write one that can match in one way "
        "only, without a repetition inside of a repetition"
    )
    for call in calls:
        with pytest.raises(UsageError) as refused:
            call()

        assert told == str(refused.value)

    assert ["w.safetensors"] == [found.name for found in tmp_path.iterdir()]


@pytest.mark.parametrize("python", ["/bin/false", "/nowhere/python"])
def test_what_is_no_python_renames_nothing(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that holds a Python may have any path as that of the Python; it then renames by itself."""
    monkeypatch.setattr(spawn, "get_executable", lambda: python)

    assert "b" == name_rules(rename=["a=b"]).renamed(["a"])[0].name


def test_a_packed_program_renames_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no Python to start: it would start itself."""
    started: list[object] = []
    monkeypatch.setattr(subprocess, "run", lambda *call, **options: started.append(call))
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert [("b", [0]), ("c\ud800", [])] == name_rules(rename=["a=b"]).renamed(["a", "c\ud800"])
    assert [] == started


def test_names_of_any_characters_are_renamed() -> None:
    """They go to another process and come back as they were."""
    names = ["a\n", "a\ud800", "a\u2028\0", "äö", ""]

    assert ["b\n", "b\ud800", "b\u2028\0", "äö", ""] == [
        one.name for one in name_rules(rename=["a=b"]).renamed(names)
    ]

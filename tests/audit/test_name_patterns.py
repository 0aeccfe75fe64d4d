"""Patterns of names: they match what a shell's do, and their work is bounded."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from random import Random

import pytest

import winitgen
from winitgen.audit import name_patterns
from winitgen.audit.name_patterns import NamePatterns
from winitgen.errors import UsageError

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

"""``python -m tests.bench``: its options, and its groups."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as command
from tests.bench.contenders import Comparison, Contender
from tests.bench.groups import GROUPS, comparisons, title
from tests.bench.machine import machine
from tests.bench.options import HERE, Installed, Options
from tests.bench.results import OURS, PEER, Entry, Results, Row, from_json

LIGHT = (
    "values",
    "large",
    "formats",
    "layouts",
    "memory",
    "small",
    "deep",
    "orthogonal",
    "verify",
    "probe",
    "shards",
)
"""Groups that make no weight file before they know what to measure."""


def options(directory: Path) -> Options:
    """Return what a run with a former build is told."""
    python = Installed(Path(sys.executable))
    return Options(1, False, directory, python, Installed(directory / "bin" / "python"), python.python)


def test_the_list_has_each_group_with_what_it_measures(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is measured."""
    assert 0 == command.main(["--list"])

    assert [f"{name:12} {title(name)}" for name in GROUPS] == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--only", "larg"],
            f"--only: there is no group 'larg'; the groups are {', '.join(GROUPS)}",
        ),
        (["--runs", "0"], "argument --runs: '0' is no number of runs; it must be 1 or more"),
        (
            ["--python", "nowhere/python"],
            "argument --python: there is no file 'nowhere/python'; name a Python, as in .venv/bin/python",
        ),
        (
            ["--from", "nothing.json"],
            "--from: nothing.json holds no run: [Errno 2] No such file or directory: 'nothing.json'",
        ),
    ],
)
def test_wrong_options_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to write instead, before anything is measured."""
    with pytest.raises(SystemExit, match=r"^2$"):
        command.main(arguments)

    assert f"python -m tests.bench: error: {message}" == capsys.readouterr().err.splitlines()[-1]


def test_a_run_is_shown_again_from_its_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a table, a page and a picture; the missing matplotlib of a machine is a line."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    row = Row("large", "1 GiB", "s", (Entry("winitgen", OURS, (1.0,)), Entry("PyTorch", PEER, (6.0,))))
    earlier, page = tmp_path / "bench.json", tmp_path / "bench.md"
    earlier.write_bytes(Results("2026-01-02", {}, {}, 1, quick=False, rows=(row,)).to_json())

    assert 0 == command.main(["--from", str(earlier), "--markdown", str(page)])

    said = capsys.readouterr()
    assert "6.00x" in said.out
    assert "no plot: matplotlib is missing; pip install -e '.[plot]'\n" == said.err
    assert "| 1 GiB, s | 1.00 | 6.00 **6.00x** |" in page.read_text()


def test_a_run_is_kept_group_by_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was measured before a run is broken off stays in its JSON, as a line says."""

    def broken(group: str, _: Options) -> list[Comparison]:
        if group == "large":
            raise KeyboardInterrupt
        return [Comparison("w", [Contender("a", OURS, [sys.executable, "-IS", "-c", "pass"])], warm=False)]

    monkeypatch.setattr(command, "comparisons", broken)
    monkeypatch.setattr(command, "versions", lambda _: {})
    out = tmp_path / "bench.json"

    assert 130 == command.main(["--only", "values", "--only", "large", "--json", str(out)])

    said = capsys.readouterr().err.splitlines()[-1]
    assert f"broken off; groups that were measured before are in {out}" == said
    assert ["values"] == [row.group for row in from_json(out.read_bytes()).rows]


def test_groups_are_added_to_an_earlier_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are measured again replace what they were, and all stand in the order of the groups."""
    own = Contender("a", OURS, [sys.executable, "-IS", "-c", "pass"])
    monkeypatch.setattr(
        command, "comparisons", lambda group, _: [Comparison(f"new {group}", [own], warm=False)]
    )
    monkeypatch.setattr(command, "versions", lambda _: {})
    out = tmp_path / "bench.json"
    old = tuple(Row(group, "old", "s", (Entry("a", OURS, (1.0,)),)) for group in ("values", "large", "start"))
    out.write_bytes(Results("2026-01-02", machine(), {}, 1, quick=False, rows=old).to_json())

    given = ["--only", "small", "--only", "large", "--add", "--runs", "1", "--json", str(out)]
    assert 0 == command.main([*given, "--plot", str(tmp_path / "bench.svg")])

    found = [(row.group, row.work) for row in from_json(out.read_bytes()).rows]
    assert [("values", "old"), ("large", "new large"), ("small", "new small"), ("start", "old")] == found


@pytest.mark.parametrize(
    ("earlier", "message"),
    [
        (Results("", {}, {}, 7, quick=False), "is of another machine; name another file with --json"),
        (Results("", machine(), {}, 7, quick=False), "is of other versions; name another file with --json"),
        (None, "holds no run: Input data was truncated"),
    ],
)
def test_another_run_is_not_added_to(
    earlier: Results | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures of two machines do not stand in one table."""
    out = tmp_path / "bench.json"
    out.write_bytes(b"" if earlier is None else earlier.to_json())
    with pytest.raises(SystemExit, match=r"^2$"):
        command.main(["--add", "--json", str(out), "--only", "small"])

    assert f"python -m tests.bench: error: --add: {out} {message}" == capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("group", LIGHT)
def test_each_work_is_done_by_this_build_and_the_former_one(group: str, tmp_path: Path) -> None:
    """In the same words; every script of a peer is there, and each names what it needs."""
    found = list(comparisons(group, options(tmp_path)))

    assert found
    for comparison in found:
        names = [contender.name for contender in comparison.contenders]
        assert 1 == names.count("winitgen") == names.count("former")
        assert len(names) == len(set(names))
        for contender in comparison.contenders:
            scripts = [
                word for word in contender.command if isinstance(word, Path) and word.parent == HERE / "peers"
            ]
            assert all(script.exists() for script in scripts)
            assert contender.kind != PEER or contender.needs


def test_the_peers_of_large_files_are_all_four(tmp_path: Path) -> None:
    """And dd is the limit: with fsync where the others have it."""
    free, durable = comparisons("large", options(tmp_path))

    names = [contender.name for contender in durable.contenders]
    assert ["winitgen", "former", "PyTorch", "NumPy", "JAX", "Keras", "dd"] == names
    for comparison, fsync in ((free, False), (durable, True)):
        words = [[str(word) for word in contender.command] for contender in comparison.contenders]
        assert [not fsync] * 2 == ["--no-fsync" in line for line in words[:2]]
        assert [fsync] * 4 == [line[-1] == "fsync" for line in words[2:6]]
        assert fsync == (words[6][-1] == "conv=fsync")
        assert "count=1024" in words[6]

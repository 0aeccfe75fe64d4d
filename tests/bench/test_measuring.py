"""Contenders run in turn; what cannot run is said."""

import sys
from pathlib import Path

import pytest

from tests.bench.contenders import Comparison, Contender
from tests.bench.measuring import rows
from tests.bench.process import measure
from tests.bench.results import LIMIT, OURS, PEER, Entry


def contender(name: str, code: str, kind: str = PEER, *words: object, **options: object) -> Contender:
    """Return a Python that runs some code, without its site packages, which take time."""
    return Contender(name, kind, [sys.executable, "-IS", "-c", code, *words], **options)  # type: ignore[arg-type]


def test_all_run_in_turn_after_one_run_that_does_not_count(tmp_path: Path) -> None:
    """Two runs of two: warm up both, then a b a b."""
    log = tmp_path / "log"
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    both = [contender(name, code, kind, log, name) for name, kind in (("a", PEER), ("b", OURS))]

    (row,) = rows("g", Comparison("w", both), 2)

    assert "ababab" == log.read_text()
    assert [("b", 2), ("a", 2)] == [(entry.name, len(entry.figures)) for entry in row.entries]


def test_a_quick_run_has_other_libraries_once(tmp_path: Path) -> None:
    """Without warming up; the others run as often as they are told."""
    log = tmp_path / "log"
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    three = [
        contender(name, code, kind, log, name) for name, kind in zip("abc", (OURS, PEER, LIMIT), strict=True)
    ]

    rows("g", Comparison("w", three, times=2), 1, quick=True)

    assert "acabcac" == log.read_text()


def test_what_is_missing_is_said() -> None:
    """A module, a program, and what a group knows that the machine cannot do; the others are measured."""
    entries = rows(
        "g",
        Comparison(
            "w",
            [
                contender("here", "pass", OURS),
                contender("a", "pass", needs=("json", "no_such_module", "nor_this")),
                Contender("b", PEER, ["no-such-program"]),
                contender("c", "pass", unable="too large"),
            ],
            warm=False,
        ),
        1,
    )[0].entries

    assert 1 == len(entries[0].figures)
    assert [
        Entry("a", PEER, note="no_such_module and nor_this missing"),
        Entry("b", PEER, note="there is no no-such-program"),
        Entry("c", PEER, note="too large"),
    ] == list(entries[1:])


def test_a_failure_is_told_by_its_last_line() -> None:
    """Without the folders of the machine; one without words has its exit code."""
    failing = contender("a", "raise ValueError('it cannot read /some/where/in-a.b/w.npz')")
    silent = contender("b", "import sys; sys.exit(3)")

    entries = rows("g", Comparison("w", [failing, silent], warm=False), 2)[0].entries

    assert ["ValueError: it cannot read w.npz", "ended with 3"] == [entry.note for entry in entries]


def test_printed_figures_are_rows(tmp_path: Path) -> None:
    """Each case is a row; a case that one prints words for, or not at all, has a note."""
    own = contender("own", """print('{"x": 1.5, "y": 2}')""", OURS)
    other = contender("other", """print('{"x": "it has no x"}')""")

    found = rows("g", Comparison("{case}, 1 thread", [own, other], "printed", "ns", plotted=("y",)), 1)

    assert [("x, 1 thread", "ns", False), ("y, 1 thread", "ns", True)] == [
        (row.work, row.unit, row.plotted) for row in found
    ]
    assert [(1.5,), (2.0,)] == [row.entries[0].figures for row in found]
    assert ["it has no x", "it does not do this"] == [row.entries[1].note for row in found]


def test_nothing_printed_is_still_a_row() -> None:
    """All contenders that are missing are said."""
    found = rows("g", Comparison("{case}", [contender("a", "pass", unable="no")], "printed"), 1)

    assert [("all", "no")] == [(row.work, row.entries[0].note) for row in found]


def test_an_output_is_removed_before_and_after_a_run_unless_it_is_kept(tmp_path: Path) -> None:
    """A file or a folder of an earlier run is never there when a run begins."""
    code = "import os, sys; os.mkdir(sys.argv[1])"
    out = tmp_path / "out"
    out.write_bytes(b"earlier")

    measure(contender("a", code, PEER, out, output=out, keep=True))
    assert out.is_dir()
    measure(contender("a", code, PEER, out, output=out))
    assert not out.exists()


def test_no_contender_gets_the_threads_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """But those that it has itself."""
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("MKL_NUM_THREADS", "7")
    code = "import os; print(os.environ.get('OMP_NUM_THREADS'), os.environ.get('MKL_NUM_THREADS'))"

    assert b"1 None\n" == measure(contender("a", code, environment={"OMP_NUM_THREADS": "1"})).printed


def test_memory_is_what_the_process_itself_held() -> None:
    """Not what this one holds, which the system counts as its children's; nor the time of the launcher."""
    here = b"1" * 50_000_000

    small, large = (measure(contender("a", code)) for code in ("pass", "b'1' * 10**8"))

    assert small.megabytes < len(here) / 1e6 < 100 < large.megabytes < 130
    assert 0 < small.processor
    assert 0 < small.seconds

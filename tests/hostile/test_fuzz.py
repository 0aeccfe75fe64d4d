"""The corpus of the coverage-guided fuzzer, replayed; and a short run of the fuzzer itself."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.hostile import fuzz
from tests.hostile.target import plan_or_refuse
from tests.needed import missing

pytestmark = pytest.mark.slow

PATIENCE = 5.0
"""Seconds of processor time for one text."""
RUNS = 4000
"""Texts of the short run; `fuzz.py` makes longer ones."""


def test_the_corpus() -> None:
    """Every text that once had new coverage is planned or refused quickly."""
    contents = fuzz.load()
    planned = 0
    for content in contents:
        start = time.process_time()
        planned += not plan_or_refuse(content)
        assert time.process_time() - start < PATIENCE

    assert len(contents) >= 400
    assert planned >= 40
    assert fuzz.CORPUS.stat().st_size < 2**20


def test_the_corpus_is_kept_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus is read back as written, including bytes that are not UTF-8, each text once, shortest first."""
    monkeypatch.setattr(fuzz, "CORPUS", tmp_path / "corpus.jsonl")
    fuzz.save([b"b: \xff\n", b"a", b"\x00\x85", b"a", "é\u2028".encode()])

    assert [b"a", b"\x00\x85", "é\u2028".encode(), b"b: \xff\n"] == fuzz.load()


def test_a_short_run() -> None:
    """A short run finds new texts by coverage, the same ones every time."""
    if find_spec("atheris") is None:
        missing("atheris", "install it with: pip install atheris; it has wheels for Linux on x86-64 only")

    done, _ = fuzz.fuzz(RUNS, seed=1)

    assert "" == done.failure
    assert RUNS == done.count

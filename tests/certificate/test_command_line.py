"""``python -m tests.certificate``: what it prints, writes and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import winitgen.drawing.draw
from tests.certificate.__main__ import main
from tests.certificate.mutants import widened
from tests.certificate.tally import CHUNK

CASE = ["--draws", "1", "--only", "he_normal float8_e5m2fnuz"]


def test_a_sound_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One draw is rounded up to a chunk; the report has the 34 tests of a narrow format."""
    report = tmp_path / "certificate.json"
    assert main([*CASE, "--json", str(report)]) == 0
    assert "34 tests of 262,144 draws each" in capsys.readouterr().out
    found = json.loads(report.read_text())
    assert (found["draws"], found["tests"], found["alarms"]) == (CHUNK, 34, [])
    assert [case["name"] for case in found["cases"]] == ["he_normal float8_e5m2fnuz"]


def test_an_alarm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A standard deviation that is 5 % too large gives an alarm that names its test, and exit code 1."""
    winitgen.drawing.draw._sampler.cache_clear()
    widened(1.05)(monkeypatch)
    assert main(CASE) == 1
    assert "ALARM: he_normal float8_e5m2fnuz: moment 2: " in capsys.readouterr().out
    winitgen.drawing.draw._sampler.cache_clear()


def test_no_such_case(capsys: pytest.CaptureFixture[str]) -> None:
    """A certificate without tests is refused, since it would pass."""
    with pytest.raises(SystemExit) as stopped:
        main(["--only", "he_normal float33"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.endswith(
        "error: --only: no case has 'he_normal float33' in its name; one is 'he_normal float32'\n"
    )

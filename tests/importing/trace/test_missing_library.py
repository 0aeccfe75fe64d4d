"""A library that cannot be loaded is no mistake of the config that is traced."""

from __future__ import annotations

import json
from collections import UserDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.in_process import run_here
from winitgen.importing.trace import library_model


class Lazy(UserDict[str, Any]):
    """The configs of a library, each imported when it is asked for."""

    error: Exception

    def __getitem__(self, key: str) -> Any:
        raise self.error


ERRORS = {
    ImportError("libfoo.so.3: cannot open shared object file\nmore"): (
        3,
        "winitgen: a library cannot be loaded: libfoo.so.3: cannot open shared object file; no output is complete",
    ),
    ModuleNotFoundError("Could not import module 'MineConfig'", name="transformers.mine"): (
        3,
        "winitgen: a library cannot be loaded: Could not import module 'MineConfig'; no output is complete",
    ),
    ValueError("width has to be even"): (
        2,
        "c.json: transformers refuses the config: ValueError: width has to be even",
    ),
}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_stops_a_trace(error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system lacks has exit code 3, what the library refuses has 2; nothing is written."""
    known = Lazy({"mine": None})
    known.error = error
    monkeypatch.setattr(
        library_model, "need", lambda *_: [None, SimpleNamespace(CONFIG_MAPPING=known, __version__="0")]
    )
    (tmp_path / "c.json").write_text(json.dumps({"model_type": "mine"}))
    run = run_here("import", "c.json", "--trace", "-o", "m.yaml", cwd=tmp_path)

    code, line = ERRORS[error]
    assert (code, "", f"{line}\n") == run
    assert not (tmp_path / "m.yaml").exists()

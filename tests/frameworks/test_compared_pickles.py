"""Random programs of pickles: what winitgen reads without a word is what PyTorch loads."""

from typing import Any

import pytest

from tests.hostile.files.compared_pickles import run
from winitgen.files.formats.pytorch import torch_calls
from winitgen.files.formats.pytorch.unpickling import Unpickling


def test_programs(torch: Any) -> None:
    """Usual and unusual programs are read as PyTorch reads them, or it is said that they could be read otherwise."""
    outcomes, wrong = run(range(300), 7, torch)

    assert [] == wrong
    assert min(outcomes["same"], outcomes["told"], outcomes["refused"], outcomes["usual, same"] // 2) > 20


def test_what_is_misread_would_be_seen(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: a change after the use and attributes of a tensor are found if they are not told."""
    monkeypatch.setattr(Unpickling, "changes", lambda *_: None)
    monkeypatch.setattr(torch_calls, "_check_state", lambda *_: None)

    assert len(run(range(300), 7, torch)[1]) > 0

"""Who has no PyTorch is told so when it is needed, and who does not use it does not load it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

import winitgen
import winitgen.torch


def test_a_missing_torch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, with the command that installs it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    for name in winitgen.torch.__all__:
        with pytest.raises(winitgen.UsageError) as error:
            getattr(winitgen.torch, name)
        assert f"PyTorch is needed for winitgen.torch.{name}; install it with: pip install torch" == str(
            error.value
        )


def test_the_package_alone_loads_no_torch() -> None:
    """Only its names do."""
    code = "import sys, winitgen.torch; dir(winitgen.torch); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == ran.stdout


def test_a_name_that_is_not_there() -> None:
    """As for any module."""
    assert {"ModuleSpec", "StorageReader", "from_module", "init_"} == set(dir(winitgen.torch))
    with pytest.raises(AttributeError) as error:
        _ = winitgen.torch.init
    assert "module 'winitgen.torch' has no attribute 'init'" == str(error.value)

"""The kernels are built by the compiler that is there, and the package works without one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needed import missing
from winitgen.compiled import build_hook

SOURCE = Path(build_hook.__file__).parent
CHECKED = "address,undefined"


@pytest.mark.skipif(
    sys.platform == "win32", reason="setuptools finds the compiler of Windows by the registry"
)
def test_without_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the compiler lacks is told in one line, and no library is left."""
    monkeypatch.setenv("CC", str(tmp_path / "cc"))

    found = build_hook.compiled(SOURCE, tmp_path)

    assert isinstance(found, str)
    assert str(tmp_path / "cc") in found
    assert 1 == len(found.splitlines())
    assert [] == list(tmp_path.iterdir())


def test_every_source_is_built() -> None:
    """The list of sources is what the folder holds, and both sides name the same version."""
    assert sorted(build_hook.SOURCES) == sorted(path.name for path in SOURCE.glob("*.c"))


@pytest.mark.skipif(
    sys.platform != "linux", reason="the sanitizers' libraries are found by gcc's way on Linux"
)
def test_under_sanitizers(tmp_path: Path) -> None:
    """The tests of this folder, but these, raise no alarm of AddressSanitizer and UndefinedBehaviorSanitizer."""
    library = build_hook.compiled(
        SOURCE, tmp_path, f"-fsanitize={CHECKED}", "-fno-sanitize-recover=all", "-DCLONES="
    )
    if isinstance(library, str):
        missing("a C compiler with sanitizers", library)
    runtime = [
        subprocess.run(
            ["gcc", f"-print-file-name=lib{name}.so"], capture_output=True, text=True, check=True
        ).stdout
        for name in ("asan", "ubsan")
    ]
    script = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("winitgen.compiled._kernels", {str(library)!r})
import winitgen.compiled
winitgen.compiled._kernels = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(winitgen.compiled._kernels)
import pytest
sys.exit(pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", {str(Path(__file__).parent)!r}, "--ignore", __file__]))
""".replace("__file__", repr(__file__))
    surroundings = os.environ | {
        "LD_PRELOAD": " ".join(line.strip() for line in runtime),
        "ASAN_OPTIONS": "detect_leaks=0",  # Python leaves memory to the system when it ends
    }

    done = subprocess.run(
        [sys.executable, "-c", script], env=surroundings, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert " passed" in done.stdout

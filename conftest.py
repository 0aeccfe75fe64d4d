"""Which files are not collected: those that need a system, or PyTorch, that is not here, and those without slow tests."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

MARK = "mark.slow"
"""What a file with slow tests says; ``-m slow`` imports no others, which would take as long as many tests."""

collect_ignore: list[str] = []
collect_ignore_glob: list[str] = []

if find_spec("torch") is None and os.environ.get("CI") != "true":
    collect_ignore += [
        f"winitgen/importing/trace/{name}.py" for name in ("recorder", "saving", "torch_model", "traced")
    ]
    collect_ignore_glob += ["tests/live_torch/*.py", "winitgen/torch/*.py"]

if sys.platform != "linux":  # they stop other processes at their system calls, and limit their memory
    collect_ignore_glob += ["tests/faults/*", "tests/hostile/*"]
    collect_ignore += ["tests/files/spawned_work.py", "tests/files/test_spawned.py"]

if sys.platform == "win32":  # calls that Windows lacks, signals, pipes and permissions
    collect_ignore_glob += ["tests/bench/*", "tests/browser/*", "tests/cli/*", "tests/engines/*"]
    collect_ignore += [
        "tests/base/test_memory.py",
        "tests/drawing/whole/test_fork.py",
        "tests/files/formats/test_formats.py",
        "tests/files/formats/test_zarr_tree.py",
        "tests/files/output/test_atomic.py",
        "tests/files/output/test_atomic_trouble.py",
        "tests/files/output/test_devices.py",
        "tests/files/output/test_folder.py",
        "tests/files/output/test_sinks.py",
        "tests/files/output/test_worker.py",
        "tests/files/test_sandbox.py",
        "tests/probing/test_refused_inputs.py",
    ]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a file without slow tests where only those are asked for."""
    if config.option.markexpr != "slow" or collection_path.suffix != ".py":
        return None
    return None if MARK in collection_path.read_text(encoding="utf-8") else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a slow test whose mark stands in another file, since ``-m slow`` would not find it."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    if hidden := [str(path) for path in sorted(slow) if MARK not in path.read_text(encoding="utf-8")]:
        raise pytest.UsageError(f"mark the slow tests of {', '.join(hidden)} with pytest.{MARK} in that file")

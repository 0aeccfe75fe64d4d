"""Which files are not collected: those that need a system, or PyTorch, that is not here."""

import os
import sys
from importlib.util import find_spec

collect_ignore: list[str] = []
collect_ignore_glob: list[str] = []

if find_spec("torch") is None and os.environ.get("CI") != "true":
    collect_ignore += [
        f"winitgen/importing/trace/{name}.py" for name in ("recorder", "saving", "torch_model", "traced")
    ]

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

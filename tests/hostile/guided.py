"""The coverage-guided fuzzer itself, as a process: ``python -m tests.hostile.guided`` and libFuzzer's options.

`fuzz.py` calls it. Any exception that `target.plan_or_refuse` lets through ends the process, and libFuzzer
writes the text that did it into a file.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import time
from importlib import import_module

import atheris

GUIDES = ("catalog", "spec", "planning", "layouts")
"""The packages whose branches guide the fuzzer: everything between a text and its plan."""

PATIENCE = 5.0
"""Seconds of processor time that any text may take."""


def main() -> None:
    """Fuzz until the limits of the options."""
    with atheris.instrument_imports(include=["winitgen"]):
        for part in GUIDES:
            package = import_module(f"winitgen.{part}")
            for module in pkgutil.walk_packages(package.__path__, f"winitgen.{part}."):
                import_module(module.name)
        for single in ("api", "files"):
            import_module(f"winitgen.{single}")
    from tests.hostile.target import plan_or_refuse

    def look(content: bytes) -> None:
        start = time.process_time()
        plan_or_refuse(content)
        seconds = time.process_time() - start
        assert seconds < PATIENCE, f"{seconds:.1f} seconds"

    again = os.environ.get("FUZZER", sys.argv[0])  # the command with which libFuzzer restarts itself
    atheris.Setup([again, *sys.argv[1:]], look)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

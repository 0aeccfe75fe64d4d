"""``python -m winitgen`` is the command ``winitgen``."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Run the command; while it is still being loaded, Ctrl-C ends it without a traceback."""
    gc.disable()  # while modules load; `winitgen.cli.main` says why
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from winitgen.cli import main as run
    except (
        ImportError,
        MemoryError,
        OSError,
    ) as error:  # too little memory or too few descriptors, as a rule
        first = (str(error).strip().splitlines() or ["not enough memory"])[0]
        raise SystemExit(_failed(f"winitgen cannot be loaded: {first}")) from None
    run()


def _failed(message: str) -> int:
    """Print a message, and return the exit code for what the system lacks."""
    with suppress(OSError, ValueError):
        print(message, file=sys.stderr)
    return 3


if __name__ == "__main__":
    main()

"""``python -m winitgen`` is the command ``winitgen``."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command; while it is still being loaded, Ctrl-C ends it without a traceback."""
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from winitgen.cli import main as run

    run()


if __name__ == "__main__":
    main()

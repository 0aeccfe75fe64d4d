"""Work that is done whole although a signal may raise an exception at any moment of it."""

from __future__ import annotations

from collections.abc import Callable


def to_the_end(work: Callable[[], object]) -> None:
    """Do work that can be done again, and again after each signal that interrupts it; the last is raised then.

    Python raises a signal's exception where a function begins, too: so who calls this in a ``finally`` must have tried
    the work there already, or a signal at the wrong moment would leave it undone.
    """
    try:
        work()
    except Exception:
        raise
    except BaseException:  # a signal; the work must still be done
        to_the_end(work)
        raise


def begun_and_ended(begin: Callable[[], object], end: Callable[[], object]) -> None:
    """Do ``begin``, and then ``end`` whatever has come of it; ``end`` can be done again, as above."""
    try:
        begin()
    finally:
        try:
            end()
        except BaseException:  # a signal may come first
            to_the_end(end)
            raise

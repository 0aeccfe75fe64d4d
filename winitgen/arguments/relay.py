"""The caller's own function, called amid the library's work: what it raises reaches the caller as it is."""

from __future__ import annotations

from types import TracebackType
from typing import Generic, cast

from winitgen.arguments.kinds import Function, function


class _Raised(BaseException):
    """Carries an error of the caller's function past all handlers: one for files would tell an `OSError` as its own."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class Relay(Generic[Function]):
    """Gives a function to call in place of ``given``, or None; at the end of its block it raises what that one raised.

    Raises `UsageError`, which names the argument, if ``given`` is no function.
    """

    def __init__(self, name: str, given: Function | None) -> None:
        self._given = function(name, given)

    def __enter__(self) -> Function | None:
        return None if self._given is None else cast("Function", self._call)

    def _call(self, *values: object) -> None:
        assert self._given is not None
        try:
            self._given(*values)
        except Exception as error:
            raise _Raised(error) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, _Raised):
            context = error.error.__context__
            try:
                raise error.error
            finally:
                error.error.__context__ = context  # the caller has nothing to do with what carried it

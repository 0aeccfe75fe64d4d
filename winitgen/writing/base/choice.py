"""Which tensors a call draws, and which it copies from a base."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from winitgen.errors import UsageError


class BaseChoice(msgspec.Struct, frozen=True):
    """The path of the base, and what is drawn: what matches ``only``, or what does not match ``kept``.

    With ``add`` a tensor that the base lacks is drawn too. The patterns are those of ``rules``, for names of tensors.
    """

    path: str
    only: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    add: bool = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """All patterns; only one of the two kinds is given."""
        return self.only or self.kept

    @property
    def option(self) -> str:
        """The option whose patterns are given."""
        return "--only" if self.only else "--except"

    @property
    def chooser(self) -> Callable[[str], bool]:
        """Tells whether the patterns choose a tensor to be drawn; for one comparison."""
        from winitgen.audit.name_patterns import NamePatterns

        patterns = NamePatterns(self.option, self.patterns)
        return lambda name: patterns.match(name) != bool(self.kept)


def base_choice(
    path: str | None, only: Sequence[str], kept: Sequence[str], *, add: bool
) -> BaseChoice | None:
    """Return what a call asks for, None without a base; raise `UsageError` for options that conflict."""
    given = [("--only", bool(only)), ("--except", bool(kept)), ("--add", add)]
    names = [name for name, is_given in given if is_given]
    if path is None:
        if names:
            raise UsageError(
                f"{names[0]} needs the file from which the other tensors are copied: --base FILE"
            )
        return None
    if only and kept:
        raise UsageError("--only says what is drawn, and --except what is copied; use one")
    if not names:
        raise UsageError(
            "--base copies every tensor, so that none is drawn; say which with --only, --except or --add"
        )
    return BaseChoice(path, tuple(only), tuple(kept), add)

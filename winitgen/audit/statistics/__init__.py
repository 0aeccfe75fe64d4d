"""Checks a weight file from any program against a spec by statistical tests, without drawing."""

from __future__ import annotations

from winitgen.audit.statistics.verdict import LEVEL, check

__all__ = ["LEVEL", "check"]

"""Checking a weight file that anything may have written against a spec: by statistics, without drawing."""

from __future__ import annotations

from winitgen.audit.statistics.verdict import LEVEL, check

__all__ = ["LEVEL", "check"]

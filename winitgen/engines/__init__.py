"""Engines that run the shards of a model as tasks, each a file of this package."""

from __future__ import annotations

from winitgen.engines.running import check_engine, write_by_engine

__all__ = ["check_engine", "write_by_engine"]

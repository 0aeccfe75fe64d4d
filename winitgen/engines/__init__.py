"""Engines that run the shards of a model as tasks, each a file of this package."""

from __future__ import annotations

from winitgen.engines.running import EngineCall, engine_of, write_by_engine

__all__ = ["EngineCall", "engine_of", "write_by_engine"]

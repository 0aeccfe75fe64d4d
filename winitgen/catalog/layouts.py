"""The names of the layouts that a spec can ask for; each is a module of ``winitgen.layouts``."""

from __future__ import annotations

LAYOUTS = ("torch", "keras", "flax", "nnx")

"""The library's classes of one model type."""

from __future__ import annotations

from typing import Any

from winitgen.configs.family import model_types, template


def classes_of(transformers: Any, name: str) -> list[str]:
    """Return the classes that a family names and that take the configs of one of its model types."""
    config = transformers.CONFIG_MAPPING[name]
    known = [cls for cls in template(model_types()[name]).family.classes if hasattr(transformers, cls)]
    own = [cls for cls in known if getattr(transformers, cls).config_class is config]
    return own or known[:1]  # InternLM3 has no class of its own: Llama's reads its configs

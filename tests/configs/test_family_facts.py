"""The facts of a family are read without its layer-spec, which takes ten times as long."""

from __future__ import annotations

from typing import Any

import pytest

from winitgen.configs import family
from winitgen.spec import yaml


def test_facts_are_read_without_the_layer_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those of the whole file; a list of all families reads no more."""
    read: list[bytes] = []
    parse = yaml.read

    def seen(content: bytes, mistakes: Any) -> Any:
        read.append(content)
        return parse(content, mistakes)

    monkeypatch.setattr(yaml, "read", seen)
    family.family.cache_clear()
    facts = {name: family.family(name) for name in family.names()}
    family.model_types()

    assert len(facts) == len(read)
    assert not any(b"\nvars:" in content for content in read)
    assert facts["bart"] == family.template("bart").family
    assert facts["llama"] == family.template("llama").family

"""Configs with thousands of unknown or misspelt fields: what is told of them is limited, and so is the time."""

from __future__ import annotations

import json

import pytest

from winitgen.configs import unused_fields
from winitgen.errors import SpecError
from winitgen.load import import_config


def config(names: list[str]) -> bytes:
    """Return a config of llama with these fields, one a line after the first."""
    return json.dumps({"model_type": "llama", **dict.fromkeys(names, 1)}, indent=0).encode()


def test_the_first_hundred_mistakes_are_told() -> None:
    """Reading a config stops there, as reading a layer-spec does."""
    with pytest.raises(SpecError) as caught:
        import_config(config([f"num_key_value_heads{number}" for number in range(9_999)]), "config.json")

    assert [
        f"config.json:{number + 3}:1: num_key_value_heads{number}: llama has no field 'num_key_value_heads{number}'; "
        "did you mean 'num_key_value_heads'?"
        for number in range(100)
    ] == str(caught.value).splitlines()


def test_fewer_mistakes_are_told_all() -> None:
    """One less than the most."""
    with pytest.raises(SpecError) as caught:
        import_config(config([f"num_key_value_heads{number}" for number in range(99)]), "config.json")

    assert 99 == len(caught.value.mistakes)


def test_a_note_names_twenty_fields() -> None:
    """The others are counted; with one less they are all named, and a long name is shortened."""
    names = [f"remark_{number}" for number in range(1_520)]
    texts = [import_config(config(some), "config.json").notes for some in (names, names[:21], names[:20])]
    start = "config.json: not used, as no tensor of llama is known to depend on it: "

    listed = start + ", ".join(names[:20])
    assert [[f"{listed} and 1,500 more"], [f"{listed} and 1 more"], [listed]] == texts
    long = f"{start}{'q' * 99}...{'q' * 98}"
    assert [long] == import_config(config(["q" * 5_000]), "config.json").notes


def test_misspellings_are_looked_for_among_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """After 500 unknown fields a name is no longer compared with those of the family."""
    compared: list[str] = []

    def closest(name: str, known: list[str], **_: object) -> list[str]:
        compared.append(name)
        return []

    monkeypatch.setattr(unused_fields, "get_close_matches", closest)
    names = [f"remark_{number}" for number in range(20_000)]
    import_config(config([*names, "hidden_size1"]), "config.json")

    assert names[:500] == compared

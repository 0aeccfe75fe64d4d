"""Tags, which a layer-spec never has, are refused before the parser decodes them letter by letter."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml.tag import Tag

from winitgen import load
from winitgen.errors import SpecError
from winitgen.spec.short_tags import LONGEST_TAG, ShortTags
from winitgen.spec.yaml import MOST_BYTES

HEAD = "input: 8\nlayers: [{type: dense, units: 3}]\nvars: "
SHOWN = 37
"""The characters of a long tag in a message."""

FORMS = [
    ("!%s", "!%s"),
    ("!!%s", "!!%s"),
    ("!<%s>", "%s"),
    ("!<tag:yaml.org,2002:%s>", "!!%s"),
    ("!<!%s>", "!%s"),
]
"""How a tag is written, and shown."""


def refusal(text: str) -> str:
    """Return the message of a spec that is refused."""
    with pytest.raises(SpecError) as caught:
        load.parse_spec(text.encode(), "s.yaml")
    return str(caught.value)


@pytest.mark.parametrize(("written", "shown"), FORMS)
@pytest.mark.parametrize(
    ("letters", "place"),
    [(5, "%s"), (LONGEST_TAG - 40, "%s x"), (LONGEST_TAG + 1, "{a: %s x}"), (MOST_BYTES - 200, "%s")],
)
def test_every_tag_is_refused_in_the_same_words(
    written: str, shown: str, letters: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it is, the message is the same; the parser decodes only short ones."""
    decoded = Tag.uri_decoded_suffix.fget
    lengths = [0]

    def noted(tag: Any) -> Any:
        lengths.append(len(tag.suffix))
        return decoded(tag)

    monkeypatch.setattr(Tag, "uri_decoded_suffix", property(noted))
    tag, expected = written % ("a" * letters), shown % ("a" * letters)
    expected = expected if len(expected) <= SHOWN + 3 else f"{expected[:SHOWN]}..."

    message = refusal(HEAD + place % tag)

    column = 7 + place.index("%")
    assert message == f"s.yaml:3:{column}: the tag '{expected}' is not allowed in a layer-spec; leave it out"
    assert max(lengths) <= LONGEST_TAG


def test_exclamation_marks_elsewhere() -> None:
    """Comments and texts have any number of them."""
    marks = "!" * 5000
    spec = load.parse_spec(
        f"%TAG !e! {'a' * 5000}\n---\n# {marks}\nmodel: \"{marks}\"\nvars: {{a: 'x {marks}', b: x{marks}}}\n"
        "layers: [{type: dense, units: 3, inputs: 2}] # !a\n".encode(),
        "s.yaml",
    )

    assert spec.model == marks


@pytest.mark.parametrize("indicator", ["|", ">-", "|2"])
def test_a_long_comment_after_the_indicator_of_a_block(
    indicator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is skipped, and the parser puts none together."""
    kept = []
    skip = ShortTags.scan_block_scalar_ignored_line

    def noted(scanner: Any, mark: Any) -> Any:
        kept.append(skip(scanner, mark))
        return kept[-1]

    monkeypatch.setattr(ShortTags, "scan_block_scalar_ignored_line", noted)
    text = f"model: {indicator}  # {'!' * 100_000}\n  a\nlayers: [{{type: dense, units: 3, inputs: 2}}]\n"

    assert load.parse_spec(text.encode(), "s.yaml").model.strip() == "a"
    assert kept == [None]

"""Whether a file is the config.json of a model, or a layer-spec."""

from __future__ import annotations

from winitgen.spec.yaml import MOST_BYTES

MARKS = (b'"model_type"', b'"architectures"')
"""What a config has and a layer-spec in JSON does not."""


def is_config(content: bytes) -> bool:
    """Return whether a file is a config and no layer-spec, by its first character and its keys."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or len(content) > MOST_BYTES:
        return False
    if not any(mark in content for mark in MARKS):
        return False
    import json  # not for a layer-spec, which is to be read fast

    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return True  # `read_config` says what is wrong
    return isinstance(document, dict) and "layers" not in document

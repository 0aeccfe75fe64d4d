"""What an import starts from: the config of a model, as text, or a weight file."""

from __future__ import annotations

from collections.abc import Mapping

from winitgen import load
from winitgen.importing.found import Imported
from winitgen.spec.operations import Plain


def is_json(path: str) -> bool:
    """Return whether a file is a config and no weight file: by its ending, or by its first character.

    The index of a checkpoint in several files is JSON too, and is a weight file.
    """
    if path.endswith(".index.json"):
        return False
    if path.endswith(".json") or path == "-":
        return True
    try:
        with open(path, "rb") as file:
            return file.read(64).lstrip().startswith(b"{")
    except OSError:
        return False


def of_config_text(
    content: bytes,
    file: str,
    variables: Mapping[str, Plain] | None = None,
    *,
    shrink: bool = False,
    paper: bool = False,
    family: str | None = None,
) -> Imported:
    """Return the layer-spec of a config, after it was planned; ``file`` is its name in messages.

    The options are those of `winitgen.configs.conversion.convert`.

    Raises `SpecError` with every mistake of the config.
    """
    from winitgen.configs.conversion import convert

    conversion = convert(content, file, variables, shrink=shrink, paper=paper, family=family)
    load.checked(load.draft_of(conversion))
    return Imported(conversion.text, [f"{file}: {note}" for note in conversion.notes])

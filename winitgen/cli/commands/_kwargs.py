"""The arguments of a class, as the JSON object of ``--kwargs``."""

from __future__ import annotations

import json
from typing import Any

from winitgen.errors import UsageError
from winitgen.spec.mistakes import show
from winitgen.spec.unique_keys import TwiceError, unique


def arguments(text: str | None) -> dict[str, Any]:
    """Return the arguments in a JSON object; raise `UsageError` for text that is none.

    >>> arguments('{"units": 3}'), arguments(None)
    ({'units': 3}, {})
    """
    try:
        found = json.loads(text or "{}", object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise UsageError(f"--kwargs is not JSON: {error}") from None
    except TwiceError as twice:
        raise UsageError(f"--kwargs has {show(str(twice))} twice in one object; give it once") from None
    except RecursionError:
        raise UsageError("--kwargs has lists and objects that are nested too deep") from None
    except ValueError:
        raise UsageError("--kwargs has a number of more digits than can be read") from None
    if not isinstance(found, dict):
        raise UsageError(f'--kwargs takes a JSON object, such as {{"units": 3}}, not {show(found)}')
    return found

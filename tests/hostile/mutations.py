"""Valid specs, broken at one or several points in the tree or in the text."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.hostile.language import FRAGMENTS, words
from tests.hostile.models import models
from tests.hostile.schemes import Draw
from tests.hostile.strings import ALL
from tests.hostile.texts import STYLES, as_yaml

WORDS = words()
SLOTS = 10_000

values = st.one_of(
    st.integers(-3, 20),
    st.sampled_from((2**31, 2**40, 2**40 + 1, 2**62, 2**63, 2**64, -(2**63), 10**30, 10**63, 10**70, 60_000)),
    st.sampled_from((0.5, -1e-3, 1e-300, 1e300, 1e-38, 5e-324, 0.1, 1e25, 1e-7, 3.5)),
    st.sampled_from((None, True, False, "", [], {}, [[]], [1, 2], [0], {"a": 1}, [None], {"scheme": "auto"})),
    st.sampled_from(WORDS),
    st.sampled_from(ALL),
    st.sampled_from(
        ("${d}", "${1 / 0}", "${i}", "${2 ** 64}", "${d + }", "${sqrt(-1)}", "${1.5}", "${__import__}")
    ),
)

LAYERS: tuple[dict[str, Any], ...] = (
    {"type": "dense", "units": 3},
    {"type": "flatten"},
    {"type": "embedding", "count": 3, "dim": 2},
    {"type": "conv2d", "filters": 2, "kernel_size": 3},
    {"type": "lstm", "units": 2},
    {"type": "batch_norm"},
    {"type": "add", "from": ["input", "input"]},
    {"type": "param", "name": "p", "shape": [2], "init": "zeros"},
    {"type": "repeat", "times": 2, "name": "r", "layers": [{"type": "dropout"}]},
    {"type": "reshape", "shape": [2, 2]},
    {"type": "multi_head_attention", "heads": 2},
)


def slots(tree: Any) -> list[tuple[Any, Any]]:
    """Return every slot of a tree: a container, and a key or an index."""
    found = []
    pairs: Any = ()
    if isinstance(tree, dict):
        pairs = tree.items()
    elif isinstance(tree, list):
        pairs = enumerate(tree)
    for key, value in pairs:
        found += [(tree, key), *slots(value)]
    return found


def _rename(draw: Draw, box: Any, key: Any) -> None:
    """Rename a key, in the same position."""
    if not isinstance(box, dict):
        box[key] = draw(values)
        return
    near = (key[:-1], key + "s", key.upper(), key[1:] + key[:1])
    name = draw(st.one_of(st.sampled_from(near), st.sampled_from(WORDS), st.sampled_from(ALL)))
    pairs = [(name if other == key else other, value) for other, value in box.items()]
    box.clear()
    box.update(pairs)


def _insert(draw: Draw, box: Any, key: Any) -> None:
    """Insert a copy, another layer, or another key."""
    if isinstance(box, list):
        box.insert(key, copy.deepcopy(draw(st.one_of(st.just(box[key]), st.sampled_from(LAYERS), values))))
    else:
        box[draw(st.sampled_from(WORDS))] = copy.deepcopy(draw(values))


def mutate(draw: Draw, tree: dict[str, Any]) -> None:
    """Break a spec at one point."""
    found = slots(tree)
    if not found:
        return
    box, key = found[draw(st.integers(0, SLOTS)) % len(found)]
    kind = draw(st.integers(0, 5))
    if kind == 0:
        _rename(draw, box, key)
    elif kind == 1:
        del box[key]
    elif kind == 2:
        _insert(draw, box, key)
    elif kind == 3:
        other, other_key = found[draw(st.integers(0, SLOTS)) % len(found)]
        box[key] = copy.deepcopy(other[other_key])
    else:
        box[key] = copy.deepcopy(draw(values))


def break_text(draw: Draw, text: str) -> str:
    """Replace a few characters by fragments of the language, or by nothing."""
    where = draw(st.integers(0, SLOTS)) % (len(text) + 1)
    length = draw(st.integers(0, 12))
    piece = draw(
        st.one_of(st.sampled_from(FRAGMENTS), st.sampled_from(WORDS), st.just(""), st.sampled_from(ALL))
    )
    return text[:where] + piece + text[where + length :]


BROOD = 8


@st.composite
def broken(draw: Draw) -> list[bytes]:
    """Return a strategy of the texts of one valid spec with one to three mutations each."""
    spec = draw(models()).spec
    return [_broken(draw, copy.deepcopy(spec)) for _ in range(BROOD)]


def _broken(draw: Draw, tree: dict[str, Any]) -> bytes:
    """Return a spec with mutations in its tree, in its text, or in both."""
    kind = draw(st.integers(0, 2))
    for _ in range(draw(st.integers(1, 3)) if kind != 1 else 0):
        mutate(draw, tree)
    text = as_yaml(tree, draw(st.integers(0, STYLES - 1))).decode(errors="surrogatepass")
    for _ in range(draw(st.integers(1, 3)) if kind != 0 else 0):
        text = break_text(draw, text)
    return text.encode(errors="surrogatepass")

"""Every field of a layer-spec that can hold text, as a spec with a given text in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DENSE = {"name": "fc", "type": "dense", "units": 2}


def _layers(*layers: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"input": 3, **top, "layers": [DENSE, *layers]}


TEXT_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "model": lambda s: _layers(model=s),
    "layer name": lambda s: _layers({**DENSE, "name": s}),
    "group name": lambda s: _layers({"type": "group", "name": s, "layers": [DENSE]}),
    "param name": lambda s: _layers({"type": "param", "name": s, "shape": [2], "init": "zeros"}),
    "name of a part": lambda s: _layers({"type": "gated_mlp", "units": 2, "names": {"up": s}}),
    "part": lambda s: _layers({"type": "gated_mlp", "units": 2, "names": {s: "a"}}),
    "repeat name": lambda s: _layers({"type": "repeat", "times": 1, "name": s, "layers": [DENSE]}),
    "index": lambda s: _layers(
        {"type": "repeat", "times": 1, "index": s, "name": f"{{{s}}}", "layers": [DENSE]}
    ),
    "var": lambda s: _layers(vars={s: 1}),
    "value of a var": lambda s: _layers(vars={"d": s}),
    "arithmetic": lambda s: _layers({**DENSE, "name": "b", "units": f"${{{s}}}"}),
    "units": lambda s: _layers({**DENSE, "name": "b", "units": s}),
    "type": lambda s: _layers({**DENSE, "name": "b", "type": s}),
    "key of a layer": lambda s: _layers({**DENSE, "name": "b", s: 1}),
    "key at the top": lambda s: _layers(**{s: 1}),
    "key of a scheme": lambda s: _layers({**DENSE, "name": "b", "init": {"scheme": "he", s: 1}}),
    "scheme": lambda s: _layers({**DENSE, "name": "b", "init": s}),
    "scheme in a mapping": lambda s: _layers({**DENSE, "name": "b", "init": {"scheme": s}}),
    "gain": lambda s: _layers({**DENSE, "name": "b", "init": {"scheme": "he", "gain": s}}),
    "activation": lambda s: _layers({**DENSE, "name": "b", "activation": s}),
    "from": lambda s: _layers({**DENSE, "name": "b", "from": s}),
    "several from": lambda s: _layers({"type": "add", "from": ["fc", s]}),
    "tied_to": lambda s: _layers({**DENSE, "name": "b", "tied_to": s}),
    "dtype": lambda s: _layers(dtype=s),
    "layout": lambda s: _layers(layout=s),
    "seed": lambda s: _layers(seed=s),
    "input": lambda s: {"input": s, "layers": [DENSE]},
    "version": lambda s: _layers(winitgen=s),
    "match": lambda s: _layers(rules=[{"match": s, "init": "he"}]),
    "type of a rule": lambda s: _layers(rules=[{"match": "*", "type": s, "init": "he"}]),
    "role": lambda s: _layers(rules=[{"match": "*", "role": s, "init": "he"}]),
    "preset": lambda s: _layers(defaults={"preset": s}),
    "key of the defaults": lambda s: _layers(defaults={s: 1}),
}
"""The fields by name."""

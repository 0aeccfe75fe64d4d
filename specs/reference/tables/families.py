"""The atlas of initializations: for each family, which tensors are drawn by which law, and what the paper says."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from specs.reference.tables.markdown import code, codes, table
from winitgen.configs.conversion import convert
from winitgen.configs.family import Family, names, template
from winitgen.layouts import tensors
from winitgen.load import draft_of, plan_of
from winitgen.planning.plan import Parameter


def families(_: str, before: str) -> str:
    """Return a section for each family."""
    return "\n\n".join(_section(name) for name in names())


def _section(name: str) -> str:
    family = template(name).family
    also = [f"Also {codes(family.also)}."] if family.also else []
    fixed = [f"Only with {_settings(family)}."] if family.fixed else []
    classes = f"{', '.join(map(code, family.classes))}."
    text = " ".join([classes, *also, *fixed, family.paper])
    return f"### {name}\n\n{family.family}: {text}\n\n{_laws(name)}"


def _settings(family: Family) -> str:
    return ", ".join(code(f"{name}: {json.dumps(value)}") for name, value in family.fixed.items())


def _laws(name: str) -> str:
    """Return the laws of the family's default config, with the paper's beside the library's where it has one."""
    library = _by_role(name, paper=False)
    if "paper" not in template(name).variables:
        alone = _grouped({role: (law,) for role, law in library.items()})
        return table(["law", "tensors"], [[*law, codes(roles)] for law, roles in alone])
    paper = _by_role(name, paper=True)
    both = {role: (law, paper[role] if paper[role] != law else "") for role, law in library.items()}
    return table(["law", "the paper's", "tensors"], [[*laws, codes(roles)] for laws, roles in _grouped(both)])


def _grouped(laws: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield each law with the roles that have it, in the order of the model."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for role, law in laws.items():
        found[law].append(role)
    yield from found.items()


def _by_role(name: str, *, paper: bool) -> dict[str, str]:
    """Return the law of each kind of tensor: by the end of its name, without numbers."""
    config = json.dumps({"model_type": name, "dtype": "bfloat16"}).encode()
    planned = plan_of(draft_of(convert(config, name, paper=paper)))
    laws: dict[str, dict[str, None]] = defaultdict(dict)
    for tensor in tensors(planned):
        kept = f", {tensor.dtype} in a file of bfloat16" if tensor.dtype != "bfloat16" else ""
        found = "; ".join(dict.fromkeys(_law(parameter) for parameter in tensor.parameters))
        laws[_role(tensor.name)][found + kept] = None
    return {role: _listed(list(found)) for role, found in laws.items()}


def _listed(laws: list[str]) -> str:
    """Return several laws of one role, as a depth that counts gives it; of more than three the first and the last."""
    return "; ".join(laws) if len(laws) <= 3 else f"{laws[0]}; ...; {laws[-1]}"


def _role(tensor: str) -> str:
    return ".".join([part for part in tensor.split(".") if not part.isdigit()][-2:])


def _law(parameter: Parameter) -> str:
    return re.sub(r"row \d+", "the row of padding", f"{parameter.scheme} {parameter.formula}".strip())

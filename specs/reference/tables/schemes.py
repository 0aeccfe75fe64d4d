"""Tables of the schemes, their options, and the activations."""

from __future__ import annotations

from specs.reference.tables.markdown import code, codes, table
from winitgen.catalog import schemes as catalog
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.schemes import SCHEMES, Scheme
from winitgen.catalog.schemes.biases import BIASES
from winitgen.catalog.schemes.constants import BRANCHES, CONSTANTS
from winitgen.catalog.schemes.counting import COUNTING
from winitgen.catalog.schemes.depth import DEPTH
from winitgen.catalog.schemes.families import BY_FANS
from winitgen.catalog.schemes.frequencies import FREQUENCIES
from winitgen.catalog.schemes.icnr import ICNR
from winitgen.catalog.schemes.integers import INTEGERS
from winitgen.catalog.schemes.mamba import MAMBA
from winitgen.catalog.schemes.mup import MUP
from winitgen.catalog.schemes.sinusoidal import SINUSOIDAL
from winitgen.catalog.schemes.siren import SIREN
from winitgen.catalog.schemes.stated import STATED
from winitgen.catalog.schemes.structured import STRUCTURED
from winitgen.catalog.schemes.written_out import WRITTEN_OUT
from winitgen.spec.descriptions import KeyDescription, activation_number, scheme_options, written

GROUPS: dict[str, tuple[Scheme, ...]] = {
    "fans": BY_FANS,
    "stated": (*STATED, *CONSTANTS),
    "matrices": (*STRUCTURED, ICNR, SCHEMES["blocks"]),
    "depth": (*DEPTH, MUP, *BRANCHES),
    "file": (SCHEMES["file"],),
    "single": (SIREN, *BIASES, *MAMBA),
    "integers": (INTEGERS,),
    "counting": (*COUNTING, *WRITTEN_OUT, FREQUENCIES, SINUSOIDAL),
}
"""The schemes as the page groups them."""


def schemes(group: str, before: str) -> str:
    """Return the schemes of a group with their formulas and options; optional ones are in italics."""
    rows = []
    for row in GROUPS[group]:
        options = scheme_options(row).values()
        words = [code(option.key) if option.required else f"*{code(option.key)}*" for option in options]
        others = [alias for alias, name in catalog.ALIASES.items() if name == row.name]
        rows.append([code(row.name), row.formula, " ".join(words), codes(others), row.paper])
    return table(["scheme", "draws", "options", "also", "paper"], rows)


def options(group: str, before: str) -> str:
    """Return the options of a group's schemes; those with one meaning share a row."""
    owners: dict[tuple[str, str, str], list[KeyDescription]] = {}
    names: dict[tuple[str, str, str], list[str]] = {}
    for row in GROUPS[group]:
        for option in scheme_options(row).values():
            same = option.key, option.expected, option.meaning
            owners.setdefault(same, []).append(option)
            names.setdefault(same, []).append(row.name)
    rows = []
    for (key, expected, meaning), found in owners.items():
        of = names[key, expected, meaning]
        rows.append([code(key), codes(of) if len(of) < 7 else "", expected, _defaults(found), meaning])
    return table(["option", "of", "takes", "default", "meaning"], rows)


def _defaults(options: list[KeyDescription]) -> str:
    """Return what holds without an option, in each of the schemes that share it."""
    found = dict.fromkeys(
        "required" if option.required else code(written(option.default))
        for option in options
        if option.required or option.default is not None
    )
    return " or ".join(found)


def choices(_: str, before: str) -> str:
    """Return the scheme and the bias that ``auto`` takes for each activation."""
    families = {"xavier": "Xavier", "he": "He", "lecun": "LeCun"}
    rows: dict[tuple[str, float], list[str]] = {}
    for row in ACTIVATIONS.values():
        rows.setdefault((row.scheme, row.bias), []).append(row.name)
    return table(
        ["activation", "scheme", "standard deviation", "bias"],
        (
            [codes(names), families[family], _spread(family), f"{bias:g}"]
            for (family, bias), names in rows.items()
        ),
    )


def _spread(family: str) -> str:
    row = SCHEMES[family]
    if family == "he":
        return "gain / √fan_in"
    return f"√({row.formula.removeprefix('variance ').partition(',')[0]})"


def activations(_: str, before: str) -> str:
    """Return every activation with its formula, its gains and its number."""
    rows = []
    for row in ACTIVATIONS.values():
        numbers = [
            f"{code(n.key)} {written(n.default)}: {n.meaning}" for n in activation_number(row).values()
        ]
        gains = [f"{gain:.6g}" for gain in row.gains]
        torch = "" if row.torch_gain is None else f"{row.torch_gain:.6g}"
        names = codes([row.name, *row.aliases])
        rows.append([names, f"{row.summary}: {row.formula}", *gains, torch, " ".join(numbers), row.source])
    head = ["activation", "does", "gain", "variance gain", "backward gain", "torch gain", "number", "paper"]
    return table(head, rows)

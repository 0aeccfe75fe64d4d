"""From a spec in any form to a checked plan."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.catalog.spellings import DTYPES
from winitgen.configs.recognition import is_config
from winitgen.errors import Mistake, SpecError, UnreadableError, UsageError
from winitgen.layouts import LAYOUTS, names
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.build import build
from winitgen.planning.kept import Kept
from winitgen.planning.name_clash import clash
from winitgen.planning.plan import Plan
from winitgen.spec.document import is_seed, read_spec
from winitgen.spec.mistakes import Mistakes, TooManyMistakes, show, suggest
from winitgen.spec.model import ModelSpec
from winitgen.spec.operations import Plain
from winitgen.spec.yaml import MOST_BYTES

if TYPE_CHECKING:
    from winitgen.configs.conversion import Conversion

Source = str | os.PathLike[str] | Mapping[str, Any]
"""A layer-spec: the path of its file, or its contents as a mapping."""

SPEC_KINDS = "the path of a file, a mapping, a ModelSpec or a Plan"

MAPPING = "<mapping>"
"""The name in messages of a layer-spec that is a mapping."""

_SOUND: Kept[ModelSpec, Plan] = Kept()
"""The latest plan of each spec, checked."""


class SpecDraft(NamedTuple):
    """A spec that was read but not planned, with the mistakes found so far.

    Planning finds the others, which depend on the dtype and the layout of the call.
    """

    spec: ModelSpec
    mistakes: Mistakes

    @classmethod
    def of(cls, spec: ModelSpec) -> SpecDraft:
        """Return the draft of a spec that was read without a mistake."""
        return cls(spec, Mistakes(spec.file))


class Choices(NamedTuple):
    """What a call replaces of a spec; None leaves the spec's own."""

    seed: int | None
    dtype: str | None
    layout: str | None


def load_spec(source: Source, *, variables: Mapping[str, Plain] | None = None) -> ModelSpec:
    """Read a layer-spec and check all of it, including its plan with its own dtype and layout.

    ``variables`` replace those of the same name under ``vars``. Raises `SpecError` with every
    mistake, `UnreadableError` if the file cannot be read.
    """
    checked_source("source", source, "the path of a file or a mapping")
    return _checked(read_draft(source, "source", variables=arguments.variables("variables", variables)))


def parse_spec(content: bytes, file: str, *, variables: Mapping[str, Plain] | None = None) -> ModelSpec:
    """Do what `load_spec` does with the text of a spec; ``file`` is its name in messages."""
    return _checked(read_content(content, file, variables=variables))


def _checked(draft: SpecDraft) -> ModelSpec:
    """Return the spec of a draft after it was planned with its own dtype and layout; raise `SpecError` for mistakes."""
    spec, mistakes = draft
    checked_plan(spec, mistakes, spec.seed, spec.dtype, spec.layout)
    mistakes.raise_if_any()
    return spec


def read_draft(
    source: Source, name: str = "spec", *, variables: Mapping[str, Plain] | None = None
) -> SpecDraft:
    """Read a layer-spec without planning it; ``name`` is that of the argument, for messages.

    Raises `SpecError` if it is not a layer-spec at all, `UnreadableError` if the file cannot be read.
    """
    if isinstance(source, Mapping):
        return read_content(_as_text(name, source), MAPPING, variables=variables)
    path = os.fspath(source)
    return read_content(read_file(path), path, variables=variables)


def read_content(content: bytes, file: str, *, variables: Mapping[str, Plain] | None = None) -> SpecDraft:
    """Do what `read_draft` does with the text of a spec; ``file`` is its name in messages."""
    if is_config(content):
        from winitgen.configs.conversion import convert

        return draft_of(convert(content, file, variables))
    return _draft(content, Mistakes(file), variables)


def import_config(content: bytes, file: str, **options: Any) -> Conversion:
    """Return the layer-spec of a config after it was planned; the ``options`` are those of `conversion.convert`.

    Raises `SpecError` with every mistake of the config.
    """
    from winitgen.configs.conversion import convert

    conversion = convert(content, file, **options)
    _checked(draft_of(conversion))
    return conversion


def draft_of(conversion: Conversion) -> SpecDraft:
    """Return the draft of a config's layer-spec, whose mistakes are told at the fields of the config."""
    return _draft(conversion.text.encode(), conversion.mistakes, None)


def _draft(content: bytes, mistakes: Mistakes, variables: Mapping[str, Plain] | None) -> SpecDraft:
    spec = read_spec(content, mistakes, variables)
    if spec is None:
        raise SpecError(mistakes.found)
    return SpecDraft(spec, mistakes)


def checked_source(name: str, spec: object, kinds: str = SPEC_KINDS) -> None:
    """Raise `UsageError` unless a spec is a mapping or a path; the caller has looked for the other ``kinds``."""
    if not isinstance(spec, Mapping):
        arguments.path(name, spec, kinds)


def _as_text(name: str, source: Mapping[str, Any]) -> bytes:
    """Return a mapping as the text of a spec; characters that YAML forbids are escaped.

    Raises `SpecError` for more than a spec can hold, before it is written out.
    """
    import json

    try:
        text = json.dumps(arguments.mapping(name, source))
    except arguments.OversizeError:
        message = f"the file has more than {MOST_BYTES} bytes, the maximum"
        raise SpecError([Mistake(MAPPING, 0, 0, "", message)]) from None
    return text.replace("\x7f", "\\u007f").encode()


def read_file(path: str) -> bytes:
    """Return the bytes of a layer-spec; raise `UnreadableError` if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableError(f"cannot read {path}: {reason}") from None


def plan(
    spec: ModelSpec | Source | Plan,
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> Plan:
    """Return what would be drawn; ``seed``, ``dtype`` and ``layout`` replace those of the spec.

    ``dtype`` is a name, such as ``"bfloat16"``, or a dtype of NumPy or PyTorch.
    """
    if isinstance(spec, Plan):
        if any(choice is not None for choice in (seed, dtype, layout)):
            raise UsageError("a plan already has its seed, dtype and layout; to replace them, give its spec")
        if not spec.unchanged:  # its values are of one seed, and a recipe would name another
            raise UsageError(
                "a plan cannot be changed by dataclasses.replace; to change its seed, dtype, layout or layers, plan its spec anew"
            )
        return spec
    choices = checked_choices(seed, dtype, layout)
    if not isinstance(spec, ModelSpec):
        checked_source("spec", spec)
    draft = SpecDraft.of(spec) if isinstance(spec, ModelSpec) else read_draft(spec)
    return _plan_of(draft, choices)


def plan_of(
    draft: SpecDraft, *, seed: int | None = None, dtype: str | None = None, layout: str | None = None
) -> Plan:
    """Do what `plan` does; raise `SpecError` with every mistake, including those of reading the spec."""
    return _plan_of(draft, checked_choices(seed, dtype, layout))


def _plan_of(draft: SpecDraft, choices: Choices) -> Plan:
    spec, mistakes = draft
    if not mistakes.found:
        checked_choices(spec.seed, spec.dtype, spec.layout)  # `dataclasses.replace` takes anything
    planned = checked_plan(
        spec,
        mistakes,
        spec.seed if choices.seed is None else choices.seed,
        choices.dtype or spec.dtype,
        choices.layout or spec.layout,
    )
    mistakes.raise_if_any()
    return planned


def checked_plan(spec: ModelSpec, mistakes: Mistakes, seed: int, dtype: str, layout: str) -> Plan:
    """Return the plan, with every mistake noted, including those of the layout.

    A plan without mistakes is kept with its spec, and is not made again for the same arguments.
    """
    known = _SOUND.of(spec)
    if known is not None and (known.seed, known.dtype, known.layout) == (seed, dtype, layout):
        return known
    planned = build(spec, mistakes, seed=seed, dtype=dtype, layout=layout)
    check_layout(planned, mistakes)
    return planned if mistakes.found else _SOUND.keep(spec, planned)


def check_layout(planned: Plan, mistakes: Mistakes) -> None:
    """Note what the layout of a plan cannot hold; a plan with mistakes is not laid out."""
    if mistakes.found:
        return
    with suppress(TooManyMistakes):
        for index, refusal in LAYOUTS[planned.layout].refused(planned):
            mistakes.add(planned.locations[index].of(refusal.key), refusal.message)
    pair = None if mistakes.found else clash(names(planned))
    if pair:
        message = f"the tensors '{pair[0]}' and '{pair[1]}' cannot both be stored in one file; rename a layer"
        mistakes.found.append(Mistake(mistakes.file, 0, 0, "layers", message))


def checked_choices(seed: object, dtype: object, layout: object) -> Choices:
    """Return what replaces the values of a spec; raise `UsageError` for a seed, dtype or layout that does not exist."""
    if seed is not None and not is_seed(arguments.whole(seed)):
        raise UsageError(f"a seed is a whole number from 0 to 2^64 - 1, not {arguments.shown(seed)}")
    found = Choices(
        arguments.whole(seed), arguments.dtype_name("dtype", dtype), arguments.text("layout", layout)
    )
    if found.dtype is not None and found.dtype not in FLOAT_DTYPES:
        hint = suggest(found.dtype, FLOAT_DTYPES, DTYPES) or f"; the dtypes are {', '.join(FLOAT_DTYPES)}"
        raise UsageError(f"unknown dtype {show(found.dtype)}{hint}")
    if found.layout is not None and found.layout not in LAYOUTS:
        hint = suggest(found.layout, list(LAYOUTS)) or f"; the layouts are {', '.join(LAYOUTS)}"
        raise UsageError(f"unknown layout {show(found.layout)}{hint}")
    return found

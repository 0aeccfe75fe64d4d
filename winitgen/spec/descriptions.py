"""The keys of layers, schemes and activations in words, for the schema and for the reference."""

from __future__ import annotations

from typing import Any, NamedTuple

from winitgen.catalog.activations import ActivationRow, Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.schemes import SCHEMES, Scheme
from winitgen.catalog.schemes.options import REAL
from winitgen.spec.field_kinds import expected_of
from winitgen.spec.fields import fields_of, hints_of, meanings_of


class KeyDescription(NamedTuple):
    """What one key means, what it takes, and what holds without it: ``default`` is None for nothing."""

    key: str
    meaning: str
    expected: str
    required: bool
    default: Any

    @property
    def text(self) -> str:
        """The sentences that an editor shows."""
        default = "" if self.default is None else f" Default: {written(self.default)}."
        return f"{self.meaning}. Takes {self.expected}.{' Required.' if self.required else default}"


def summary_of(layer: type[Layer]) -> str:
    """Return what a layer type does, in one sentence: the first line of its docstring."""
    return (layer.__doc__ or "").partition("\n")[0].replace("``", "")


def layer_keys(layer: type[Layer]) -> dict[str, KeyDescription]:
    """Return the keys of a layer type but for ``type``, in their order."""
    hints, meanings = hints_of(layer), meanings_of(layer)
    return {
        field.encode_name: KeyDescription(
            field.encode_name,
            meanings[field.encode_name],
            expected_of(hints[field.encode_name]),
            field.required,
            None if field.required or field.default == () else _plain(field.default),
        )
        for field in fields_of(layer)
    }


def scheme_options(scheme: Scheme) -> dict[str, KeyDescription]:
    """Return the options of a scheme, in their order."""
    return {
        key: KeyDescription(
            key,
            option.meaning,
            option.expected,
            key in scheme.needs,
            scheme.implied.get(key) if scheme.implied.get(key) != "" else None,
        )
        for key, option in scheme.options.items()
    }


def activation_number(row: ActivationRow) -> dict[str, KeyDescription]:
    """Return the number that an activation may be given, if it may."""
    if not row.parameter:
        return {}
    return {
        row.parameter: KeyDescription(
            row.parameter, row.meaning, REAL.expected, required=False, default=row.default
        )
    }


def written(value: Any) -> str:
    """Return a value as a spec has it.

    >>> written(True), written(1e-5), written(2.0), written("valid")
    ('true', '1e-5', '2', 'valid')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)


def written_init(init: Init) -> str:
    """Return a scheme as a spec has it; a scale that it does not take is the square of a gain that it does.

    >>> written_init(Init("normal", std=0.02)), written_init(Init("lecun_uniform", scale=1 / 3))
    ('{scheme: normal, std: 0.02}', '{scheme: lecun_uniform, gain: 0.57735}')
    """
    given, taken = dict(init.options), SCHEMES[init.scheme].options
    if "scale" in given and "scale" not in taken:
        given = {"gain": (init.get("scale", float) or 0.0) ** 0.5, **given}
        del given["scale"]
    options = [f"{key}: {written(value)}" for key, value in given.items()]
    return f"{{scheme: {', '.join([init.scheme, *options])}}}" if options else init.scheme


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Applied) else value

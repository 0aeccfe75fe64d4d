"""A layer-spec after reading: typed, with variables applied and repeats expanded; sizes are not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from winitgen.catalog.init import AUTO, Init
from winitgen.catalog.layers.containers import Container, Group
from winitgen.catalog.layers.elementwise import Prelu
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.kernel_norm import KernelNorm
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.learned import Learned
from winitgen.catalog.layers.param import Param
from winitgen.catalog.schemes import SCHEMES
from winitgen.spec.fields import fields_of
from winitgen.spec.mistakes import Location


class Entry(NamedTuple):
    """One layer with its name and location. ``layer`` is None if it has a mistake.

    ``name`` is empty for a group or residual without one, which adds no segment to paths.
    """

    layer: Layer | None
    name: str
    location: Location


class ModelInput(NamedTuple):
    """One input of a model, for one sample; its name is empty for the only input of a model without names.

    ``location`` is that of the input in the spec.
    """

    name: str
    flow: Flow
    location: Location


class ModelOutput(NamedTuple):
    """One output of a model: its name, and the layer that it comes from."""

    name: str
    layer: str
    location: Location


class Defaults(NamedTuple):
    """Options for layers that do not set their own: kernels and embeddings, biases, names without ending.

    ``init`` and ``bias_init`` are None if not given: then the ``preset``, the name of a framework, determines
    how parameters are drawn, or ``auto`` if there is no preset. ``quirks`` is the name of the framework
    whose fans are used, or empty; with a preset, ``none`` if the true ones are.
    """

    init: Init | None = None
    bias_init: Init | None = None
    distribution: str = "normal"
    use_bias: bool = True
    preset: str = ""
    quirks: str = ""

    @property
    def implied(self) -> Init | None:
        """The scheme if none is given: ``auto``, or None if a preset decides."""
        return None if self.preset else AUTO

    def init_of(self, key: str) -> Init | None:
        """Return the default for ``key``, ``init`` or ``bias_init``, if there is one."""
        return self.init if key == "init" else self.bias_init if key == "bias_init" else None

    def settled(self) -> Defaults:
        """Return the same defaults in canonical form: without a preset, a missing scheme is ``auto``."""
        return self._replace(init=self.init or self.implied, bias_init=self.bias_init or self.implied)


class Twin(NamedTuple):
    """The path of the group whose layers and values another one has, and whether the file leaves these out."""

    path: str
    omit: bool


class Rule(NamedTuple):
    """The scheme for parameters whose ids match; ``type`` and ``role`` narrow it down if given."""

    match: str
    init: Init
    type: str
    role: str
    location: Location


@dataclass(frozen=True)
class ModelSpec:
    """A whole layer-spec.

    ``outputs`` are empty unless the spec states them: then every layer that no layer takes is an output.
    ``twins`` are the groups with ``tied_to``, by their paths.
    """

    model: str
    seed: int
    dtype: str
    layout: str
    inputs: tuple[ModelInput, ...]
    outputs: tuple[ModelOutput, ...]
    defaults: Defaults
    rules: tuple[Rule, ...]
    layers: tuple[Entry, ...]
    file: str
    twins: Mapping[str, Twin] = field(default_factory=dict)

    def canonical(self) -> dict[str, Any]:
        """Return the spec as plain values that read back as the same spec.

        Variables and repeats are resolved, comments are dropped, and a default is the same whether it is
        written out or not; seed, dtype and layout are left out, as a call can replace them.
        """
        defaults = self.defaults.settled()
        whole: dict[str, Any] = {"defaults": _plain(defaults._asdict())}
        if self.model:
            whole["model"] = self.model
        if self.inputs:
            whole["input"] = _inputs(self.inputs)
        if self.outputs:
            whole["outputs"] = {output.name: output.layer for output in self.outputs}
        if self.rules:
            whole["rules"] = [
                _plain({key: v for key, v in rule._asdict().items() if key != "location"})
                for rule in self.rules
            ]
        known: dict[int, dict[str, Any]] = {}
        whole["layers"] = [_layer(entry, defaults, known) for entry in self.layers]
        return whole


def _inputs(inputs: tuple[ModelInput, ...]) -> Any:
    """Return the inputs as a spec has them: by name if they have names."""
    named = {one.name: _plain_flow(one.flow) for one in inputs}
    return named.get("", named)


def _plain_flow(flow: Flow) -> Any:
    shape = list(flow.shape or ())
    return {"tokens": shape[0]} if flow.tokens else shape


def _layer(entry: Entry, defaults: Defaults, known: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return one layer with its name and every option that is given; ``known`` are the options of layers before it."""
    layer = entry.layer
    assert layer is not None, "a spec with mistakes has no canonical form"
    options = known.get(id(layer))
    if options is None:
        options = _options(layer, defaults, known)
        if not isinstance(layer, Container):  # no other entry has the same ones
            known[id(layer)] = options
    return {"type": layer.type, **({"name": entry.name} if entry.name else {}), **options}


def _options(layer: Layer, defaults: Defaults, known: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return every option of a layer that is given but its name."""
    options = {field.encode_name: getattr(layer, field.name) for field in fields_of(type(layer))}
    if layer.later:
        _drop_later(layer, options)
    if isinstance(layer, Group) and layer.tied_to is not None:
        options["layers"] = None  # those of the other group
    for key in ("layers", "shortcut"):
        if options.get(key):
            options[key] = [_layer(inner, defaults, known) for inner in options[key]]
    options["name"] = None
    _settle(layer, options, defaults)
    return _plain(options)


def _drop_later(layer: Layer, options: dict[str, Any]) -> None:
    """Drop the defaults of options that are younger than the type, which earlier recipes do not have."""
    for option in fields_of(type(layer)):
        if option.name in layer.later and options[option.encode_name] == option.default:
            del options[option.encode_name]


def _settle(layer: Layer, options: dict[str, Any], defaults: Defaults) -> None:
    """Write ``use_bias`` out, and leave out schemes and quirks that are the defaults.

    Under a preset ``quirks: none`` is not what holds anyway: the preset's own fans are.
    """
    if options.get("use_bias", False) is None:
        options["use_bias"] = defaults.use_bias
    if options.get("quirks") == (defaults.quirks or ("" if defaults.preset else "none")):
        options["quirks"] = None
    for key in ("init", "bias_init"):
        own = layer.norm or isinstance(layer, Prelu | Learned)
        implied = defaults.implied if own else defaults.init_of(key)
        given = options.get(key)
        if not isinstance(layer, Param) and given == implied and not _has_lost_sign(given, implied):
            options[key] = None


def _has_lost_sign(given: Any, implied: Any) -> bool:
    """Tell whether two equal options, or schemes, differ in that -0.0 is in one of them and 0.0 in the other."""
    return str(given).count("-0.0") != str(implied).count("-0.0")


_PLAIN = (bool, int, float, str)


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """Drop options that are not given, and return schemes and activations in the form of a spec."""
    return {key: _value(value) for key, value in options.items() if value is not None and value != ""}


def _value(value: Any) -> Any:
    if isinstance(value, _PLAIN):  # most values are
        return value
    if isinstance(value, Init):
        row = SCHEMES[value.scheme]
        options = {
            key: _value(v)
            for key, v in value.options.items()
            if v != row.implied.get(key) or (row.whole and _has_lost_sign(v, row.implied[key]))
        }
        return {"scheme": value.scheme, **options} if options else value.scheme
    if hasattr(value, "row"):
        return (
            {"name": value.name, value.row.parameter: value.value} if value.value is not None else value.name
        )
    if isinstance(value, KernelNorm):
        norm = {
            field.name: getattr(value, field.name)
            for field in fields_of(KernelNorm)
            if field.required or getattr(value, field.name) != field.default
        }
        return norm if len(norm) > 1 else value.type
    return [_value(one) for one in value] if isinstance(value, tuple) else value

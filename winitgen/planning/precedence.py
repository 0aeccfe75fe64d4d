"""Precedence: which scheme applies to a parameter: a rule, the layer, the defaults, the preset, or ``auto``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.init import AUTO, ZEROS, Init
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.scheme import Unfit
from winitgen.planning.flow import Step
from winitgen.planning.next_activation import NextActivation
from winitgen.planning.rule_book import NoRules
from winitgen.spec.mistakes import Location
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.catalog.presets.preset import PresetDraw
    from winitgen.planning.rules import RuleBook

COVERED = {
    **dict.fromkeys(("kernel", "recurrent_kernel", "projection_kernel", "embeddings"), "init"),
    **dict.fromkeys(("bias", "recurrent_bias"), "bias_init"),
}
"""The roles to which ``defaults`` apply, each with the key for it."""

RELU_BIAS = Init("constant", value=ACTIVATIONS["relu"].bias)
RELU_NOTE = f"biases of relu layers start at {ACTIVATIONS['relu'].bias:g}; turn it off with 'defaults: {{bias_init: zeros}}'"


class SelectedInit(msgspec.Struct, frozen=True):
    """A scheme for one parameter, what chose it, its location, and the weight as a preset sees it."""

    init: Init
    why: str
    location: Location
    automatic: bool = False
    weight: Weight | None = None


class Selector:
    """Selects the scheme of each parameter.

    ``instead`` maps roles to schemes that override all others; with ``preset_first`` the preset does, where it has one.
    """

    def __init__(
        self, spec: ModelSpec, rules: RuleBook | NoRules, instead: Mapping[str, Init], *, preset_first: bool
    ) -> None:
        self.spec = spec
        self.rules = rules
        self.instead = instead
        self.preset_first = preset_first

    def select(
        self, parameter_id: str, step: Step, weight: Weight, preset: PresetDraw | None, met: NextActivation
    ) -> SelectedInit:
        """Return the scheme: a rule's, the layer's own, the defaults', the preset's, or the automatic one."""
        location = step.location.of(weight.init_key)
        if not weight.init_key:
            self.rules.buffers.append(parameter_id)
            return SelectedInit(weight.auto or ZEROS, "buffer", location)
        candidates = []
        rule = self.rules.pick(parameter_id, step, weight)
        if weight.role in self.instead:
            candidates.append((self.instead[weight.role], "instead of the spec's", location))
        if rule is not None:
            candidates.append(
                (self.spec.rules[rule].init, f"rules[{rule}]", self.spec.rules[rule].location.of("init"))
            )
        own = step.layer.init_of(weight.init_key)
        if own is not None:
            candidates.append((own, "layer", location))
        default = self.spec.defaults.init_of(COVERED.get(weight.role, ""))
        if default is not None:
            candidates.append((default, "defaults", location))
        if preset is not None and (self.preset_first or not candidates):
            return SelectedInit(
                preset.init, f"preset {self.spec.defaults.preset}", location, weight=preset.weight
            )
        if not candidates or candidates[0][0].scheme == "auto":
            given = candidates[0][0] if candidates else AUTO
            location = candidates[0][2] if candidates else location
            general = bool(candidates) and candidates[0][1] == "defaults"
            return self._automatic(given, step, weight, met, location, general=general)
        return SelectedInit(*candidates[0])

    def _automatic(
        self,
        given: Init,
        step: Step,
        weight: Weight,
        met: NextActivation,
        location: Location,
        *,
        general: bool,
    ) -> SelectedInit:
        """Return what ``auto`` means for this parameter; ``given`` may have a distribution or a gain.

        ``general`` says that it comes from the defaults, for this parameter among others.
        """
        if weight.auto is not None:
            auto = _with_options(weight.auto, given, general=general)
            return SelectedInit(auto, "auto", location, automatic=True)
        if not weight.role:
            raise Unfit(
                "auto has no activation to follow here; name a scheme, such as {scheme: normal, std: 0.02}"
            )
        via = f" at {met.at}" if met.at and met.at != step.path else ""
        why = f"auto: {met.activation}{via}"
        if weight.init_key == "init":
            return SelectedInit(given, why, location, automatic=True)
        if (bias := met.activation.row.bias) and not met.after_norm:
            constant = _with_options(_constant(bias), given, general=general)
            return SelectedInit(constant, why, location, automatic=True)
        why = f"{why}, after a norm" if met.after_norm else why
        return SelectedInit(_with_options(ZEROS, given, general=general), why, location, automatic=True)


@cache
def _constant(value: float) -> Init:
    """Return the scheme of the biases of an activation."""
    return Init("constant", value=value)


def _with_options(auto: Init, given: Init, *, general: bool) -> Init:
    """Return what ``auto`` means, with the options that are given with ``auto``.

    Options for many parameters, those in the defaults (``general``) and those of a layer with an orthogonal
    kernel, apply as far as they can. Otherwise `Unfit` is raised for options that do not apply: a constant
    takes none, and a scheme with a scale takes no gain.
    """
    options = dict(given.options)
    row = SCHEMES[auto.scheme]
    scale = auto.get("scale", float)
    gains = [key for key in ("gain", "gain_rule") if key in options and scale is not None]
    if general or auto.scheme == "orthogonal":
        options = {key: value for key, value in options.items() if key in row.options and key not in gains}
    elif options and not row.mode:
        raise Unfit(
            f"auto means {auto.scheme} here, which takes no {' or '.join(options)}; name a scheme that uses the fans"
        )
    elif gains:
        raise Unfit(
            f"auto means {auto.scheme} with scale {scale:g} here, which takes no {' or '.join(gains)}; "
            f"write {{scheme: {auto.scheme}, mode: {auto.options['mode']}, scale: ...}}"
        )
    return auto.replace(**options) if options else auto

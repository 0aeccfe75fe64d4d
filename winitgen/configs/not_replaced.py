"""Why a call cannot replace a field of a config: there is none, or it is chosen elsewhere."""

from __future__ import annotations

from winitgen.configs.family import Template
from winitgen.configs.field_synonyms import hint
from winitgen.configs.known_fields import IGNORED
from winitgen.spec.mistakes import show

ELSEWHERE = {
    "architectures": "the class is that of 'architectures' in the config; change it there",
    "model_type": "the family is that of 'model_type' in the config; change it there",
    "dtype": "the number format is no field to replace; give it as dtype (--dtype)",
    "torch_dtype": "the number format is no field to replace; give it as dtype (--dtype)",
}
"""What the fields that every config may have are for, and how a call says it instead."""


def why_not(name: str, template: Template) -> str:
    """Return the message for a field of a call that is no variable of the family."""
    family = template.family
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if name in family.fixed:
        return f"{template.name} is only known with {show(family.fixed[name])} in the field {show(name)}"
    if name in family.ignored or name in IGNORED:
        return f"no tensor of {template.name} depends on the field {show(name)}; change it in the config"
    return f"{template.name} has no field {show(name)}{hint(name, template)}"

"""What a family is tested with: three configs, the class that reads them, and how the class is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

TOKENS = 48


def tokens(torch: Any, config: Any) -> dict[str, Any]:
    """Return two samples of random tokens, none of which is the padding or another special one."""
    size = getattr(config, "vocab_size", None) or config.get_text_config().vocab_size
    return {"input_ids": torch.randint(3, min(size, 1000), (2, TOKENS))}


def logits(out: Any) -> Any:
    """Return the first tensor of a model's output, which is its logits or its last hidden state."""
    return out[0]


class Case(NamedTuple):
    """One config: the class of the library, and its fields but for ``model_type`` and ``architectures``."""

    cls: str
    fields: dict[str, Any]


class FamilyCases(NamedTuple):
    """The cases of a family: at its own ratios, at unusual ones with every switch turned, and with two layers.

    ``inputs`` makes the inputs of the class for a config, ``output`` chooses what is compared of its outputs.
    ``differs`` are tensors, by pattern, of which not even the law can be compared, with the reason.
    """

    usual: Case
    unusual: Case
    two_layers: Case
    more: tuple[Case, ...] = ()
    inputs: Callable[[Any, Any], dict[str, Any]] = tokens
    output: Callable[[Any], Any] = logits

    def all(self) -> dict[str, Case]:
        """Return the cases by their names."""
        named = {"usual": self.usual, "unusual": self.unusual, "two layers": self.two_layers}
        return named | {f"more {number}": case for number, case in enumerate(self.more)}

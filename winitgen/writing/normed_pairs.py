"""Tensors of which one was computed from the other: what weight norms and spectral norms keep of a kernel, by PyTorch's names."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from winitgen.files.input.open_file import quoted

_PAIRS = (
    (".original0", ".original1"),
    ("weight_g", "weight_v"),
    (".0._u", ".original"),
    ("weight_u", "weight_orig"),
)
"""How the names end of what was computed, and of the kernel; those of ``torch.nn.utils.parametrizations`` and of ``torch.nn.utils``."""


def pairs_in(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names of what was computed from a kernel, each with that of the kernel.

    >>> list(pairs_in({"fc.weight_g", "fc.weight_v", "fc.bias"}))
    [('fc.weight_g', 'fc.weight_v')]
    """
    known = {*names}
    for name in names:
        for ending, kernel in _PAIRS:
            if name.endswith(ending) and f"{name.removesuffix(ending)}{kernel}" in known:
                yield name, f"{name.removesuffix(ending)}{kernel}"


def rounded_pairs(names: Collection[str]) -> list[str]:
    """Return the note about such pairs among tensors with these names, which are all rounded."""
    found = sorted(pairs_in(names))
    if not found:
        return []
    computed, kernel = map(quoted, found[0])
    more = f", and {len(found) - 1:,} more such pairs" if len(found) > 1 else ""
    return [
        f"{computed} and {kernel}{more} are rounded each by itself, as a module's to() does in PyTorch: only init --dtype computes the first from the rounded second"
    ]

"""Random programs of a pickle, run by PyTorch and read by winitgen: both have the same tensors, or winitgen says so.

As a script: ``python -m tests.hostile.files.compared_pickles COUNT [SEED]`` prints the outcomes, and each program that went wrong.
"""

from __future__ import annotations

import io
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.hostile.files.pickle_programs import Program
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

Rows = dict[str, tuple[tuple[int, ...], bytes | None]]
"""The shape and the values of tensors by name; None for those without values."""


def leaves(value: Any, name: str, torch: Any, known: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield the tensors in what PyTorch loaded, with their names."""
    inner = {*(known or ()), id(value)}
    if isinstance(value, torch.Tensor):
        yield name, value
        return
    pairs: Mapping[Any, Any] | None = value if isinstance(value, dict) else None
    if type(value) in {list, tuple}:
        pairs = dict(enumerate(value))
    for index, (key, one) in enumerate(pairs.items() if pairs else ()):
        text = str(key) if key is None or isinstance(key, str | int | float) else f"[{index}]"
        if id(one) not in inner:
            yield from leaves(one, f"{name}.{text}" if name else text, torch, inner)


def of_pytorch(content: bytes, torch: Any) -> Rows | str:
    """Return the tensors that PyTorch loads, or why it refuses the file."""
    found: Rows = {}
    try:
        loaded = torch.load(io.BytesIO(content), weights_only=True)
        for name, one in leaves(loaded, "", torch):
            values = None if one.is_meta else one.detach().resolve_conj().resolve_neg().contiguous().view(-1)
            raw = (
                None
                if values is None
                else values.view(torch.uint8).numpy().tobytes()
                if values.numel()
                else b""
            )
            found[name] = (tuple(one.shape), raw)
    except Exception as error:  # whatever PyTorch raises
        return f"{type(error).__name__}: {error}"[:200]
    return found


def of_winitgen(content: bytes, path: Path) -> Rows | str:
    """Return the tensors that winitgen reads, or why it refuses the file or says that it could be read otherwise."""
    path.write_bytes(content)
    found: Rows = {}
    try:
        with open_weights(path) as weights:
            told = [one.text for one in weights.others if one.misread]
            for one in weights.tensors:
                found[one.name] = (one.shape, one.read(0, one.size).tobytes() if one.readable else None)
    except UnreadableError as error:
        return str(error).removeprefix(str(path))
    return told[0] if told else found


def outcome(content: bytes, path: Path, torch: Any) -> str:
    """Return "same", "refused" or "told" for a file that both read alike, or that winitgen does not take; else what is wrong."""
    own = of_winitgen(content, path)
    if isinstance(own, str):
        return "told" if own.startswith("it") else "refused"
    other = of_pytorch(content, torch)
    if isinstance(other, str):
        return "told" if any(raw is None for _, raw in own.values()) else f"PyTorch refuses it: {other}"
    if own.keys() != other.keys():
        return f"winitgen has {sorted(own)}, PyTorch {sorted(other)}"
    wrong = [
        name for name in own if own[name] != other[name] and (own[name][1] or own[name][0] != other[name][0])
    ]
    return f"{wrong[0]} is {own[wrong[0]]}, for PyTorch {other[wrong[0]]}" if wrong else "same"


def run(numbers: Sequence[int], seed: int, torch: Any) -> tuple[Counter[str], list[str]]:
    """Run programs; return their outcomes, and those that went wrong by number."""
    found: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in numbers:
            program = Program(f"{seed} {number}", stream=number % 3 == 2)
            what = outcome(program.file(), Path(folder, "w.pt"), torch)
            if what not in {"same", "refused", "told"}:
                wrong.append(f"{number}: {what}")
                what = "wrong"
            found[what if program.odd else f"usual, {what}"] += 1
    return found, wrong


def main() -> None:
    """Run ``COUNT [SEED]`` programs."""
    import torch

    found, wrong = run(range(int(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 0, torch)
    print(dict(found))
    print("\n".join(wrong[:20]))


if __name__ == "__main__":
    main()

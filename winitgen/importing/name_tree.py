"""The tensors of a model as a tree of their dotted names, and what no layer-spec can say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winitgen.errors import Mistake, SpecError
from winitgen.importing.found import FoundTensor
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.name_clash import clashes
from winitgen.spec.layer_names import name_problem, outward
from winitgen.spec.mistakes import show

MOST_AXES = 8
MOST_MISTAKES = 100


class Leaf:
    """One tensor; ``tied_to`` is the name by which its own place finds the tensor whose values it has."""

    def __init__(self, tensor: FoundTensor, tied_to: str) -> None:
        self.tensor = tensor
        self.tied_to = tied_to


class Folder:
    """What is under one dotted prefix, by the next segment of the names, in the order of the tensors."""

    def __init__(self) -> None:
        self.children: dict[str, Folder | Leaf] = {}


def tree_of(found: Sequence[FoundTensor], file: str) -> Folder:
    """Return the tree of the tensors; raise `SpecError` with a mistake for each that a layer-spec cannot hold."""
    refuse_tensors(list(_problems(found)), file, "a mistake")
    root, texts = Folder(), _ties(found, file)
    for tensor in found:
        folder = root
        *folders, last = tensor.name.split(".")
        for segment in folders:
            inner = folder.children.setdefault(segment, Folder())
            assert isinstance(inner, Folder)  # a name that is a folder of another was refused
            folder = inner
        folder.children[last] = Leaf(tensor, texts.get(tensor.name, ""))
    return root


def _problems(found: Sequence[FoundTensor]) -> Iterator[tuple[str, str]]:
    """Yield the name of each tensor that cannot be said, and why."""
    sound = []
    for tensor in found:
        problem = name_problem(tensor.name)
        if problem:
            yield tensor.name, f"the name of a tensor {_advice(problem)}"
        elif problem := _shape_problem(tensor):
            yield tensor.name, problem
        else:
            sound.append(tensor.name)
    for first, name in clashes(sound):
        yield (
            name,
            f"this tensor and {show(first)} cannot both be stored in one file; rename one of them in the source",
        )


def _advice(problem: str) -> str:
    """Return why a name is refused, with what to do about a file that has it."""
    return f"{problem.partition(';')[0]}; rename it in the source"


def format_problem(dtype: str) -> str:
    """Return why no `param` has this number format, or an empty text."""
    known = ", ".join(DTYPES)
    return "" if dtype in DTYPES else f"no layer draws {dtype}; save the tensor in one of {known}"


def _shape_problem(tensor: FoundTensor) -> str:
    """Return why no `param` has this shape or number format, or an empty text."""
    if problem := format_problem(tensor.dtype):
        return problem
    if len(tensor.shape) > MOST_AXES:
        return f"a shape of {len(tensor.shape)} axes; at most {MOST_AXES} can be drawn, so reshape the tensor in the source"
    if tensor.padding is not None and not (len(tensor.shape) == 2 and may_be_table(tensor.name)):
        return "a row of padding is that of an embedding, whose name ends in .weight; rename it in the source"
    return ""


def may_be_table(name: str) -> bool:
    """Return whether a tensor can be that of an embedding, by its name."""
    return name.endswith(".weight") and name != "input.weight"


def _ties(found: Sequence[FoundTensor], file: str) -> dict[str, str]:
    """Return what each tied tensor's ``tied_to`` must say, by its name; raise `SpecError` for one that no text names."""
    targets = {tensor.name: tensor.tied_to for tensor in found}
    texts, problems = {}, []
    tables = {tensor.name for tensor in found if tensor.padding is not None}
    for name, target in targets.items():
        if target is None:
            continue
        root = _root(target, targets)
        own, wanted = name.split("."), root.split(".")
        shared = next((i for i, pair in enumerate(zip(own, wanted, strict=False)) if pair[0] != pair[1]), 0)
        fitting = [
            text for text in (".".join(wanted[shared:]), root) if _resolved(text, own[:-1], targets) == root
        ]
        if root in tables:
            fitting = [text.removesuffix(".weight") for text in fitting if text != "weight"]
        if root not in targets or name == root or not fitting:
            problems.append(
                (name, f"tied to {show(target)}, which cannot be named from here; leave the tie out")
            )
        else:
            texts[name] = fitting[0]
    refuse_tensors(problems, file, "such a tie")
    return texts


def refuse_tensors(problems: Sequence[tuple[str, str]], file: str, rest: str) -> None:
    """Raise `SpecError` with a mistake for each tensor that has a problem: for the first hundred, and the number of others.

    ``rest`` is what these have.
    """
    mistakes = [Mistake(file, 0, 0, show(name), problem) for name, problem in problems[:MOST_MISTAKES]]
    more = len(problems) - MOST_MISTAKES
    if more > 0:
        tensors = "1 more tensor has" if more == 1 else f"{more:,} more tensors have"
        mistakes.append(Mistake(file, 0, 0, "", f"{tensors} {rest}"))
    if mistakes:
        raise SpecError(mistakes)


def _root(target: str, targets: dict[str, str | None]) -> str:
    """Return the tensor that draws the values, at the end of a chain of ties."""
    seen = {target}
    while (further := targets.get(target)) is not None and further not in seen:
        seen.add(further)
        target = further
    return target


def _resolved(text: str, scope: list[str], names: dict[str, str | None]) -> str | None:
    """Return the tensor that ``text`` names inside a group, or None."""
    return next((path for path in outward(text, scope) if path in names), None)

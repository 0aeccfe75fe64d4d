"""Which shards of a run a folder holds, whoever wrote them, and whether together they are one model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from winitgen.errors import DiffersError, OutputError, UnreadableError
from winitgen.files import recipe
from winitgen.files.input import open_weights
from winitgen.files.input.opening import failed
from winitgen.files.output.existing import FOREIGN, NO_RECIPE
from winitgen.files.shards.file_names import ShardNames
from winitgen.files.stores.address import join

_ONE_SIZE = "the ranks divided the model differently; run all with the same --max-shard-size"


class ReadShard(NamedTuple):
    """The header of a shard: its path, its recipe as text, and the names of its tensors."""

    path: str
    recipe: str
    tensors: Sequence[str]


class Run(NamedTuple):
    """The shards of one run that are in a folder, by their numbers from 0, of ``total``."""

    total: int
    names: Mapping[int, str]

    @property
    def missing(self) -> int:
        """How many shards are not there: a name may say any total, so they are not listed."""
        return self.total - len(self.names)

    def first_missing(self, most: int) -> list[int]:
        """Return the numbers of the first shards that are not there, at most so many."""
        absent = (number for number in range(self.total) if number not in self.names)
        return list(islice(absent, most))


def find_runs(folder: str, files: Iterable[str], names: ShardNames) -> list[Run]:
    """Return the runs whose shards are in a folder, by their numbers of shards; raise `DiffersError` if there is none."""
    runs: dict[int, dict[int, str]] = {}
    for name in sorted(files):
        if place := names.place(name):
            runs.setdefault(place.total, {})[place.number] = name
    if not runs:
        raise DiffersError(f"{folder} holds no {names.shard(0, 2)} or the like{_hint(files)}")
    return [Run(count, runs[count]) for count in sorted(runs)]


def only_run(folder: str, runs: Sequence[Run], meant: Sequence[Run] | None) -> Run:
    """Return the only run, or the one that is ``meant``, None if nothing says which.

    That one of several is complete says nothing: the newest may lack a shard. Raises `DiffersError`.
    """
    chosen = runs if len(runs) == 1 else meant or ()
    if len(chosen) == 1:
        return chosen[0]
    counts = " and ".join(f"{len(run.names)} of {run.total}" for run in runs)
    if meant is None:
        hint = "name the --max-shard-size of the one that is meant, or move the others away"
    elif meant:
        hint = "several were split by this --max-shard-size; move those of one away"
    else:
        hint = "none was split by this --max-shard-size; give that of the run, or move the others away"
    raise DiffersError(f"{folder} holds shards of several runs: {counts}; {hint}")


def _hint(files: Iterable[str]) -> str:
    """Return a clause about shards with another beginning."""
    stems = sorted(stem for name in files if (stem := ShardNames.stem_of(name)))
    return f"; those that are there need --shard-name {stems[0]}" if stems else ""


def read_shards(folder: str, run: Run) -> list[ReadShard]:
    """Return the headers of the shards that are there.

    Raises `DiffersError` for one that is damaged or of another run, and `OutputError` for a file of another program.
    """
    found = [_read(join(folder, name)) for _, name in sorted(run.names.items())]
    first = found[0]
    for shard in found[1:]:
        if shard.recipe != first.recipe:
            raise DiffersError(f"{shard.path} is of another run than {first.path}{_difference(shard, first)}")
    return found


def _read(path: str) -> ReadShard:
    try:
        with open_weights(path) as weights:
            text = weights.recipe
            tensors = [tensor.name for tensor in weights.tensors]
    except UnreadableError as error:
        if failed(error):
            raise
        raise DiffersError(f"{error}; remove it, and write it again") from None
    if text is None or not isinstance(recipe.parse(text), recipe.Recipe):
        why = NO_RECIPE if text is None else FOREIGN
        raise OutputError(f"{path} {why}, and has the name of a shard; move it away")
    return ReadShard(path, text, tensors)


def _difference(shard: ReadShard, first: ReadShard) -> str:
    found, wanted = recipe.parse(shard.recipe), recipe.parse(first.recipe)
    assert isinstance(found, recipe.Recipe)
    assert isinstance(wanted, recipe.Recipe)
    return (
        f": {recipe.difference(found, wanted) or 'its recipe differs'}; write one of them again with --force"
    )


def check_tensors(shards: Sequence[ReadShard], planned: Sequence[str]) -> None:
    """Raise `DiffersError` unless each planned tensor is in exactly one shard, and no other is in any."""
    homes: dict[str, ReadShard] = {}
    known = set(planned)
    for shard in shards:
        for name in shard.tensors:
            if name not in known:
                raise DiffersError(f"{shard.path} holds {name!r}, which its recipe does not; write it again")
            if name in homes:
                raise DiffersError(f"{homes[name].path} and {shard.path} both hold {name!r}: {_ONE_SIZE}")
            homes[name] = shard
    absent = [name for name in planned if name not in homes]
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise DiffersError(f"no shard holds {absent[0]!r}{more}: {_ONE_SIZE}")

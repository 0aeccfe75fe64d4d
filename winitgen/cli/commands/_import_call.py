"""Which of the ways to import a call of ``winitgen import`` means, and which options it may have."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from winitgen.cli import options
from winitgen.cli.commands import _kwargs
from winitgen.cli.commands._new_file import check_new_file
from winitgen.errors import UsageError
from winitgen.files.shards.file_names import names_of_index

if TYPE_CHECKING:
    from winitgen.importing.found import Imported

FROM_CONFIG = "config"
"""The value of ``--trace`` without one: the class is that of the config."""

OF_CONFIGS = {"settings": "--set", "shrink": "--shrink", "init": "--init", "family": "--family"}
"""Options that only the config of a family takes."""

OF_WEIGHTS = {"fit": "--fit", "keep": "--keep"}
"""Options that only a weight file takes."""


def imported(source: str | None, choices: dict[str, Any]) -> Imported:
    """Return the layer-spec that a call asks for; raise `UsageError` for options that do not go together."""
    source, target = _trace_target(source, choices["trace"])
    if choices["kwargs"] and not target:
        raise UsageError("--kwargs are the arguments of a class; it goes with --trace MODULE:CLASS")
    if choices["keep"] and not choices["fit"]:
        raise UsageError("--keep goes with --fit")
    _check_output(source, choices)
    if target:
        return _traced_class(target, source, choices)
    if source is None:
        raise UsageError("nothing to import; name a config.json, a weight file, or --trace MODULE:CLASS")
    if choices["trace"]:
        return _traced_config(source, choices)
    return _of_config(source, choices) if is_config(source) else _of_weights(source, choices)


def _check_output(source: str | None, choices: dict[str, Any]) -> None:
    """Raise `UsageError` for an output over the source, or over another file that belongs to it."""
    from winitgen.files.weight_files import weight_files
    from winitgen.report.files import read_from, refuse_replacing

    out = choices["out"]
    if out == options.STDIN:
        return
    check_new_file(out)
    sources = [("the source", read_from(source)), ("the family's file", choices["family"])]
    refuse_replacing(out, "output", sources)
    if source not in (None, options.STDIN):
        _check_files(out, weight_files(source))


def _check_files(out: str, files: Iterable[str]) -> None:
    """Raise `UsageError` for an output over one of the files of the source."""
    from winitgen.report.files import refuse_replacing

    if out != options.STDIN:
        refuse_replacing(out, "output", (("a file of the source", file) for file in files))


def is_config(source: str) -> bool:
    """Return whether a path is that of a config.json and not of a weight file.

    >>> [is_config(path) for path in ("config.json", "-", "tiny.Index.json", "w.weights.json", "w.npz")]
    [True, True, False, False, False]
    >>> [is_config(f"model{middle}.index.fp16.json") for middle in (".safetensors", ".BIN", "")]  # of a variant
    [False, False, True]
    """
    from winitgen.files.shards.torch_names import TorchNames

    if source == options.STDIN:
        return True
    name = os.path.basename(source.lower())
    is_index = name.endswith(".index.json") or names_of_index(name) or TorchNames.of_index(name)
    return name.endswith(".json") and not is_index


def _trace_target(source: str | None, trace: str | None) -> tuple[str | None, str | None]:
    """Return the source and the class; a ``--trace`` before the source has taken it for its own value."""
    if trace is None or trace == FROM_CONFIG:
        return source, None
    if ":" not in trace and source is None:
        return trace, None
    return source, trace


def _traced_class(target: str, source: str | None, choices: dict[str, Any]) -> Imported:
    if source is not None:
        raise UsageError(f"--trace {target} builds a class, which needs no source; leave out {source}")
    _refuse(
        {**OF_CONFIGS, **OF_WEIGHTS},
        choices,
        lambda option: f"--trace MODULE:CLASS takes the class as it is; leave out {option}",
    )
    from winitgen.importing.trace import of_class

    return of_class(target, _kwargs.arguments(choices["kwargs"]))


def _traced_config(source: str, choices: dict[str, Any]) -> Imported:
    _refuse(
        {**OF_CONFIGS, **OF_WEIGHTS},
        choices,
        lambda option: f"--trace takes the config as it is; change it there, and leave out {option}",
    )
    from winitgen.importing.trace import of_config

    return of_config(*options.content(source))


def _of_config(source: str, choices: dict[str, Any]) -> Imported:
    _refuse(
        OF_WEIGHTS,
        choices,
        lambda option: f"{option} reads the values of a weight file; {source} is a config",
    )
    from winitgen import load
    from winitgen.importing.found import Imported

    conversion = load.import_config(
        *options.content(source),
        variables=options.variables(choices),
        shrink=choices["shrink"],
        paper=choices["init"] == "paper",
        family=choices["family"],
    )
    return Imported(conversion.text, conversion.notes)


def _of_weights(source: str, choices: dict[str, Any]) -> Imported:
    _refuse(
        OF_CONFIGS,
        choices,
        lambda option: f"{option} is for the config of a model; {source} is a weight file",
    )
    from winitgen.importing.weights import of_file

    out = choices["out"]
    folder = "" if out == options.STDIN else os.path.dirname(out)
    found = of_file(source, fit=choices["fit"], keep=choices["keep"], folder=folder)
    _check_files(out, found.files)  # only its header says in which files beside it a model has values
    return found


def _refuse(flags: dict[str, str], choices: dict[str, Any], message: Callable[[str], str]) -> None:
    """Raise `UsageError` for the first of the options that was given; ``message`` tells of one."""
    for name, option in flags.items():
        if choices[name]:
            raise UsageError(message(option))

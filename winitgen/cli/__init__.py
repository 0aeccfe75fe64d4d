"""The command line: parse, one library call, print. One file for each command, imported when called."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from winitgen.cli import signals, stdio, workflow_commands
from winitgen.cli.completions import VARIABLE
from winitgen.cli.errors import drop_output, exit_code
from winitgen.cli.sections import ExampleLast
from winitgen.cli.version import version_options

COMMANDS = {
    "init": "Draw the weights of a layer-spec and write them.",
    "finalize": "Check that all shards are there, and write their index.",
    "new": "Write a layer-spec to start from: mlp, cnn or transformer.",
    "example": "Print an example of a layer-spec, or list all.",
    "import": "Write the layer-spec of a model of another library.",
    "convert": "Write a weight file of any format in another format.",
    "plan": "Show what would be drawn; draw nothing.",
    "summary": "Show the layers with their outputs, parameters and multiply-adds.",
    "inspect": "Show the tensors of any weight file, with statistics.",
    "diff": "Show the differences between two weight files of any format.",
    "verify": "Draw a weight file again and compare it, bit for bit.",
    "probe": "Send a signal through the network, and a gradient back.",
    "schemes": "List the schemes, with formulas and papers.",
    "activations": "List the activations, with gains and schemes.",
    "layers": "List the layer types, with their options.",
    "presets": "List the presets, with versions and what each draws.",
    "families": "List the model families whose config.json is known.",
    "formats": "List the file formats, with their endings.",
    "schema": "Print the JSON Schema of the layer-spec.",
    "completion": "Print the completion script of a shell.",
}
"""What each command does, in the order in which ``--help`` lists them: the list needs none of their files."""


class _Commands(ExampleLast, click.Group):
    """Imports a command's file when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"{__name__}.commands.{module}").command
        command.short_help = COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from winitgen.spec.mistakes import show, suggest

            raise click.UsageError(
                f"no such command {show(args[0])}{suggest(args[0], COMMANDS)}", ctx
            ) from None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@version_options
def group() -> None:
    """Turn a small YAML file into the initial weights of a neural network.

    \b
    Example:
      winitgen init specs/mlp.yaml -o weights.safetensors
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    # Collecting garbage while modules load takes a tenth of a short run, and there is little to collect, except what
    # the libraries of stores leave of each request.
    gc.disable()
    if any("://" in argument for argument in (sys.argv[1:] if args is None else args)):
        gc.enable()
    # A table of a few thousand numbers needs no thread pool, and starting one takes as long as importing NumPy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        signals.catch()
        code = _run(args)
        signals.release()  # the work is done
    except signals.Terminated as terminated:  # it arrived while the result was being printed
        signals.answered.append(True)
        code = terminated.exit_code
    gc.freeze()  # the interpreter collects garbage once more on exit, which is not needed
    sys.exit(code)


def _check_urls(args: list[str]) -> None:
    """Raise `UsageError` for an argument that is a URL of which nobody knows what is a password, before a message shows any of it."""
    for argument in args:
        if "@" in argument and ":" in argument:
            from winitgen.files.stores.url_parts import check_parts

            for text in (argument, argument.partition("=")[2]):
                check_parts(text)


def _command(args: list[str]) -> Any:
    """Run one command; click's own `main` only completes, as it would handle pipes and signals itself."""
    if VARIABLE in os.environ:
        with workflow_commands.writing_results():
            return group.main(args, prog_name="winitgen", complete_var=VARIABLE)
    _check_urls(args)
    try:
        with group.make_context("winitgen", args) as context:
            return group.invoke(context)
    except click.exceptions.Exit as done:  # the help or the version is shown
        return int(done.exit_code)


def _run(args: list[str] | None) -> int:
    """Return the exit code of one run, however it ends."""
    given = sys.argv[1:] if args is None else args
    try:
        stdio.repair()
        workflow_commands.guard()
        code = _command(given)
        if getattr(sys.stdout, "failed", False):  # told already; no part follows one that is missing
            drop_output()
        sys.stdout.flush()
    except signals.Terminated as terminated:
        signals.answered.append(True)
        return terminated.exit_code
    except BaseException as error:
        signals.answered.append(True)
        # A library that calls back, as HDF5 does, may turn a signal's exception into another one.
        return 128 + signals.received[0] if signals.received else exit_code(error, given)
    return code if isinstance(code, int) else 0

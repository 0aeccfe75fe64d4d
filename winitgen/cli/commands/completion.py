"""``winitgen completion``: the completion script of a shell."""

from __future__ import annotations

import sys

import click

from winitgen.cli.completions import SHELLS, VARIABLE
from winitgen.cli.sections import SectionedCommand


@click.command("completion", cls=SectionedCommand)
@click.argument("shell", type=click.Choice(SHELLS), metavar="SHELL")
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a script that completes commands, options, names and paths in SHELL: bash, zsh or fish.

    It is installed with one line:

    \b
      bash  echo 'eval "$(winitgen completion bash)"' >> ~/.bashrc
      zsh   echo 'eval "$(winitgen completion zsh)"' >> ~/.zshrc
      fish  winitgen completion fish > ~/.config/fish/completions/winitgen.fish

    \b
    Example:
      winitgen completion bash
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None, "click knows all of SHELLS"
    sys.stdout.write(script(context.find_root().command, {}, "winitgen", VARIABLE).source())

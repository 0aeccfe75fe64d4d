"""``winitgen --version``, and with ``--verbose`` what it draws with."""

from __future__ import annotations

from typing import Any

import click

from winitgen import __version__

_LIBRARIES = ("numpy", "cryptography", "h5py", "safetensors")


def version_options(command: Any) -> Any:
    """Add ``--version``, and ``--verbose`` on either side of it."""
    shown = click.option(
        "--version",
        is_flag=True,
        expose_value=False,
        callback=_show,
        help="Show the version and exit.",
    )
    more = click.option(
        "--verbose",
        is_flag=True,
        is_eager=True,  # read first, wherever it stands
        expose_value=False,
        callback=_keep,
        help="With --version: also whether C or NumPy draws the values, and the versions of libraries.",
    )
    return shown(more(command))


def _keep(context: click.Context, option: click.Parameter, verbose: bool) -> None:
    context.meta["winitgen.verbose"] = verbose


def _show(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if not asked:
        if context.meta["winitgen.verbose"]:
            raise click.UsageError("--verbose goes with --version", context)
        return
    lines = [f"winitgen {__version__}"]
    if context.meta["winitgen.verbose"]:
        lines += _details()
    click.echo("\n".join(lines))
    context.exit()


def _details() -> list[str]:
    """Return a line for the path that draws, and one for each version that tells runs apart."""
    import platform
    from importlib.metadata import version

    from winitgen.compiled.kernels import VARIABLE, path_name

    paths = {"c": f"C kernels ({VARIABLE}=numpy for NumPy)", "numpy": "NumPy, without C kernels"}
    found = [f"values: {paths[path_name()]}", f"python {platform.python_version()}"]
    return found + [f"{name} {version(name)}" for name in _LIBRARIES]

"""The code blocks of a Markdown page, run from top to bottom as its reader would run them: one session of bash.

- ``sh``: commands, one a line. Each must succeed.
- ``console``: commands after ``$``, each with the lines it prints. One that fails is followed by ``$ echo $?``.
- ``python``, ``yaml``: written to the file that its first line names, as in ``# model.yaml``, unless that file exists.
  Python without a name is run.
- ``text``: the last lines that the last command printed. Files that are written in between do not count.

In the lines on the page, ``...`` stands for any number of lines. Times may differ.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MARK = "--- end of a command, with exit code"
FILE = re.compile(r"# ([\w./-]+\.(?:yaml|py))\n")
SECONDS = re.compile(r"\d+\.\d+ s \(\d+\.\d+ GB/s\)")


class Block(NamedTuple):
    """A fenced block: the word after its fence, and its lines."""

    kind: str
    text: str


class Command(NamedTuple):
    """What bash is given, and the lines that the page shows after it; None if it shows none."""

    text: str
    shown: list[str] | None


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    printed: list[str]
    code: int


def blocks(page: str) -> list[Block]:
    """Return the code blocks of a page, in their order."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [Block(kind, text) for kind, text in found]


def commands(found: Sequence[Block]) -> list[Command]:
    """Return what the blocks have bash do, in their order."""
    result: list[Command] = []
    for block in found:
        if block.kind == "sh":
            result += [Command(line, None) for line in block.text.splitlines()]
        elif block.kind == "console":
            result += _console(block.text)
        elif block.kind in ("python", "yaml"):
            result.append(_file(block))
        elif block.kind == "text":
            last = max(
                number for number, command in enumerate(result) if not command.text.startswith("[ -e ")
            )
            result[last] = Command(result[last].text, ["...", *block.text.splitlines()])
    return result


def _console(text: str) -> Iterator[Command]:
    """Yield each command of a block, with the lines under it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield Command(command, shown)


def _file(block: Block) -> Command:
    """Return the command that writes a block to the file it names, or that runs it if it names none."""
    named = FILE.match(block.text)
    target = f"[ -e {named[1]} ] || cat >{named[1]}" if named else "python -"
    return Command(f"{target} <<'END OF BLOCK'\n{block.text}END OF BLOCK", None)


def run(found: Sequence[Command], folder: Path, environment: dict[str, str] | None = None) -> list[Ran]:
    """Run the commands in a folder, in one bash with this Python's programs first on its path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    after = f"\ncode=$?; printf '\\n%s %s\\n' '{MARK}' $code; (exit $code)\n"
    done = subprocess.run(
        ["bash", "-c", "exec 2>&1\n" + "".join(command.text + after for command in found)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PATH": path, **(environment or {})},
        encoding="utf-8",
        check=False,
    )
    *ended, _ = re.split(rf"\n{MARK} (\d+)\n", done.stdout)
    printed = [text.strip("\n").splitlines() for text in ended[::2]]
    return [Ran(lines, int(code)) for lines, code in zip(printed, ended[1::2], strict=True)]


def transcript(found: Sequence[Command], ran: Sequence[Ran]) -> tuple[list[str], list[str]]:
    """Return what the page shows and what happened, as lines to compare."""
    expected, actual = [], []
    for command, result, following in zip(found, ran, [*found[1:], None], strict=True):
        shown, printed = _timeless(command.shown or []), _timeless(result.printed)
        failed = result.code != 0 and not (following and following.text == "echo $?")
        if not failed and (command.shown is None or _fits(shown, printed)):
            printed = shown
        expected += [f"$ {command.text}", *shown]
        actual += [f"$ {command.text}", *printed, *([f"exit code {result.code}"] if failed else [])]
    return expected, actual


def _timeless(lines: list[str]) -> list[str]:
    """Return the lines without the time that a command took."""
    return [SECONDS.sub("<time>", line) for line in lines]


def _fits(shown: list[str], printed: list[str]) -> bool:
    """Return whether lines are those shown, where ``...`` is any number of them."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None

"""The coverage-guided fuzzer with its corpus: ``python -m tests.hostile.fuzz --runs 1000000 --keep``.

The corpus is one file with one text per line as JSON, so that changes are readable. ``--keep`` adds
the findings of a run to it, minimised. atheris does the work, in `guided.py`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import click

from tests.hostile.language import FRAGMENTS, words

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus.jsonl"
MEMORY = 512
"""MiB that the process may take on any text."""
LONGEST = 640
"""Bytes of one text: a few layers, so that many texts are tried per second."""
SECONDS = 60
"""Seconds of wall-clock time for one text before libFuzzer reports a hang, on a shared machine."""


class Done(NamedTuple):
    """The result of a run: the number of texts tried, and the last printed lines if it failed."""

    count: int
    failure: str


def load() -> list[bytes]:
    """Return the texts of the corpus."""
    return [
        json.loads(line).encode(errors="surrogateescape") for line in CORPUS.read_text("utf-8").splitlines()
    ]


def save(contents: list[bytes]) -> None:
    """Write the corpus in an order that does not depend on the order of discovery."""
    texts = sorted(
        {content.decode(errors="surrogateescape") for content in contents}, key=lambda t: (len(t), t)
    )
    CORPUS.write_text("".join(json.dumps(text) + "\n" for text in texts), "utf-8")


def dictionary() -> str:
    """Return the words of the language as a libFuzzer dictionary."""
    lines = []
    for word in dict.fromkeys((*words(), *FRAGMENTS)):
        quoted = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}"
            for byte in word.encode()
        )
        lines.append(f'"{quoted}"\n' if quoted else "")
    return "".join(lines)


def spread(contents: list[bytes], folder: Path) -> None:
    """Write each text to its own file, as libFuzzer requires."""
    folder.mkdir(exist_ok=True)
    for content in contents:
        (folder / sha256(content).hexdigest()[:20]).write_bytes(content)


def gather(folder: Path) -> list[bytes]:
    """Return the texts of a folder."""
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def guided(folder: Path, *options: str) -> Done:
    """Run the fuzzer in a folder with libFuzzer's options."""
    (folder / "words.dict").write_text(dictionary())
    limits = (f"-max_len={LONGEST}", f"-rss_limit_mb={MEMORY}", f"-timeout={SECONDS}", "-dict=words.dict")
    itself = folder / "fuzzer"
    # Started by a shell: a direct child would inherit this process's peak memory.
    itself.write_text(f'#!/bin/sh\n{shlex.quote(sys.executable)} -m tests.hostile.guided "$@"\nexit $?\n')
    itself.chmod(0o755)
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0", "FUZZER": str(itself)}
    call = [str(itself), *limits, "-print_final_stats=1", *options]
    done = subprocess.run(
        call, cwd=folder, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    text = done.stdout.decode(errors="replace")
    counts = re.findall(r"stat::number_of_executed_units: (\d+)", text)
    return Done(int(counts[-1]) if counts else 0, text[-4000:] if done.returncode else "")


def minimised(contents: list[bytes]) -> list[bytes]:
    """Return a subset of the texts with the same coverage."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spread(contents, folder / "all")
        (folder / "kept").mkdir()
        done = guided(folder, "-merge=1", "-use_value_profile=0", "kept", "all")
        if done.failure:
            raise click.ClickException(done.failure)
        return gather(folder / "kept")


def fuzz(runs: int, seed: int) -> tuple[Done, list[bytes]]:
    """Try ``runs`` texts made from the corpus; return the result, and the texts with new coverage."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spread(load(), folder / "corpus")
        done = guided(folder, f"-runs={runs}", f"-seed={seed}", "corpus")
        return done, gather(folder / "corpus")


@click.command()
@click.option("--runs", default=100_000, show_default=True, help="Texts to try.")
@click.option("--seed", default=1, show_default=True)
@click.option("--portion", default=50_000, show_default=True, help="Texts before the corpus is read anew.")
@click.option("--keep", is_flag=True, help="Put what was found into the corpus, minimised.")
@click.option("--more", type=click.Path(exists=True, path_type=Path), help="A folder of texts to keep, too.")
def main(runs: int, seed: int, portion: int, keep: bool, more: Path | None) -> None:
    """Fuzz in portions, each with its own seed; stop at the first text that fails."""
    count, found = 0, load() if CORPUS.exists() else []
    while count < runs:
        done, new = fuzz(min(portion, runs - count), seed)
        count, seed = count + done.count, seed + 1
        if done.failure:
            raise click.ClickException(f"after {count:,} texts:\n{done.failure}")
        found += new
        click.echo(f"{count:,} texts tried, {len(set(found))} kept")
    if keep:
        save(minimised([*found, *(gather(more) if more else [])]))
        click.echo(f"{len(load())} texts in the corpus, {CORPUS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

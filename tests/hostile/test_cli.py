"""Naughty strings on the command line: what reaches the terminal, the reports and the disk."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.hostile.forks import ROOT, Run, run_all
from tests.hostile.strings import ALL
from tests.hostile.text_fields import TEXT_FIELDS
from tests.hostile.texts import as_yaml
from tests.report import samples
from tests.report.parsed import Page
from tests.spec.test_refused import GROWN
from winitgen.report import probe_html, probe_markdown

pytestmark = pytest.mark.slow

PATIENCE, MEMORY = 5.0, 512
"""Seconds of processor time, and MiB, that any call may take."""

SPEC = b"input: 3\nlayers: [{name: fc, type: dense, units: 2}]\n"
FORMATS = ("w.safetensors", "w.npz", "w.npy", "w/", "w.h5")
HALF = re.compile("[\ud800-\udfff]")


def check_printed(run: Run) -> None:
    """Raise `AssertionError` unless the output is plain lines without a bug, in little time and memory."""
    for printed in (run.out, run.err):
        text = printed.decode()
        assert all(line.isprintable() for line in text.split("\n")), ascii(text)
    assert run.code in (0, 2, 3), run
    assert b"Traceback" not in run.err
    assert run.seconds < PATIENCE
    assert run.memory < MEMORY


def argument(text: str) -> bool:
    """Tell whether an operating system accepts a string as an argument and a file name."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


class Tags(HTMLParser):
    """Collects the elements of HTML."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record the element."""
        self.tags.append(tag)


def skeleton(content: str) -> list[tuple[str, list[str]]]:
    """Return the elements of a page, with the names of their attributes."""
    return [(tag, sorted(attributes)) for tag, attributes in Page(content).elements]


def as_html(content: str) -> list[str]:
    """Return the elements of a rendered Markdown page."""
    return Tags(
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(content)
    ).tags


def test_models_of_every_name(tmp_path: Path) -> None:
    """In every format and every report, a model's name is only text."""
    names = ["harmless", *ALL[::2]]  # the others are tested as paths below: a process for each takes time
    calls = []
    for index, name in enumerate(names):
        box = tmp_path / str(index)
        box.mkdir()
        (box / "m.yaml").write_bytes(as_yaml(TEXT_FIELDS["model"](name), 0))
        reports = [word for ending in ("json", "md", "html") for word in ("--report", f"r.{ending}")]
        calls.append((["init", "m.yaml", "-o", FORMATS[index % len(FORMATS)], "--no-fsync", *reports], box))
    runs = run_all(calls)
    first = tmp_path / "0"
    page, text = skeleton((first / "r.html").read_text()), as_html((first / "r.md").read_text())

    for name, run, (_, box) in zip(names, runs, calls, strict=True):
        check_printed(run)
        if run.code:
            assert HALF.search(name) or "${" in name
            assert ["m.yaml"] == [path.name for path in box.iterdir()]
            continue
        assert {path.name for path in box.iterdir()} >= {"m.yaml", "r.json", "r.md", "r.html"}
        assert 5 == len([*box.iterdir()])
        report = json.loads((box / "r.json").read_bytes())
        assert "${" in name or name == report["model"]
        assert page == skeleton((box / "r.html").read_text())
        assert text == as_html((box / "r.md").read_text())
        for ending in ("json", "md", "html"):
            content = (box / f"r.{ending}").read_bytes().decode()
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", content)


@pytest.mark.parametrize("name", ALL, ids=range(len(ALL)))
def test_probe_reports(name: str) -> None:
    """A name is only text on the pages of a probe too, wherever it is shown."""

    def report(name: str) -> dict[str, Any]:
        run = samples.run(name)
        run["findings"] = [{"verdict": name, "layer": name, "text": name}]
        run["layers"][0] |= {"layer": name, "type": name, "activation": name}
        run["weights"][0] |= {"id": name, "scheme": name}
        return samples.probe(run, samples.run("other"), model=name, input="x", notes=[name], command="x")

    assert skeleton(probe_html.render(report("a"), [])) == skeleton(
        probe_html.render(report(name or "a"), [])
    )
    assert as_html(probe_markdown.render(report("a"))) == as_html(probe_markdown.render(report(name or "a")))


def test_every_place_in_three_styles(tmp_path: Path) -> None:
    """Every string in some fields of a spec is printed plainly: as a table, as JSON, as annotations."""
    calls = []
    fields = list(TEXT_FIELDS.values())
    for index, text in enumerate(ALL):
        spec = tmp_path / f"{index}.yaml"
        spec.write_bytes(as_yaml(fields[index % len(fields)](text), index % 4))
        style = (["plan"], ["plan", "--json"], ["plan", "--error-format", "github"])[index % 3]
        calls.append(([*style, spec.name, str(ROOT / "specs" / "mlp.yaml")][: 3 + (index % 3 > 0)], tmp_path))

    for (args, _), run in zip(calls, run_all(calls), strict=True):
        check_printed(run)
        if "--json" in args and run.out:
            json.loads(run.out)
        if "github" in args:
            assert all(line.startswith("::error ") for line in run.err.decode().splitlines())


def test_paths(tmp_path: Path) -> None:
    """As SPEC, OUT and REPORT, strings are written only to these paths, and a report's command quotes them correctly."""
    calls, asked = [], []
    plain = [text for text in filter(argument, ALL[1::2]) if "://" not in text]  # URLs are no paths
    for index, text in enumerate(plain):
        deep = tmp_path / str(index) / "b" / "c" / "d" / "e"
        deep.mkdir(parents=True)
        relative = text.lstrip("/")
        spec = deep / "s.yaml"
        named = f"{relative}.yaml" if index % 2 else "s.yaml"
        try:
            (deep / named).parent.mkdir(parents=True, exist_ok=True)
            (deep / named).write_bytes(SPEC)
        except OSError:  # too long for a name
            named = "s.yaml"
            spec.write_bytes(SPEC)
        before = files_in(tmp_path / str(index))
        out, report = f"{relative}.safetensors", f"{relative}.json"
        calls.append((["init", "--no-fsync", "--report", report, "-o", out, "--", named], deep))
        asked.append((before, {os.path.normpath(deep / out), os.path.normpath(deep / report)}, report))

    commands = []
    for (before, may, report), (args, deep), run in zip(asked, calls, run_all(calls), strict=True):
        check_printed(run)
        new = files_in(deep.parents[3]) - before
        assert new == (may if run.code == 0 else set()), ascii(args)
        if run.code == 0:
            commands.append((json.loads((deep / report).read_bytes())["command"], args))
    assert len(commands) > len(calls) // 2
    check_commands(commands)


def files_in(folder: Path) -> set[str]:
    """Return the paths of all files below a folder."""
    return {os.path.join(folder_, name) for folder_, _, names in os.walk(folder) for name in names}


def check_commands(commands: list[tuple[str, list[str]]]) -> None:
    """Raise `AssertionError` unless a shell takes each command as the arguments that were given."""
    assert all(command.isprintable() for command, _ in commands)
    script = "winitgen() { printf '%s\\0' \"$@\"; printf 'end\\0'; }\n" + "\n".join(c for c, _ in commands)
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, timeout=60)
    runs = done.stdout.decode(errors="surrogateescape").split("\0end\0")
    for (_, args), words in zip(commands, runs, strict=False):
        name, spec, _, out = words.split("\0")
        assert "init" == name
        assert args[5] in (out, out.removeprefix("./"))
        assert args[7] in (spec, spec.removeprefix("./"))


def test_options(tmp_path: Path) -> None:
    """As the value of an option, as an option and as a command, strings are refused in plain lines."""
    (tmp_path / "s.yaml").write_bytes(SPEC)
    ways = (
        lambda s: ["plan", "s.yaml", "--set", s],
        lambda s: ["plan", "s.yaml", "--layout", s],
        lambda s: ["plan", "s.yaml", "--dtype", s],
        lambda s: ["plan", "s.yaml", "--seed", s],
        lambda s: ["init", "s.yaml", "-o", "w.npz", "--format", s],
        lambda s: ["plan", "s.yaml", f"--{s}"],
        lambda s: [s or "x"],
        lambda s: ["plan", s],
        lambda s: ["init", "s.yaml", "-o", s, "--dry-run"],
        lambda s: ["init", "s.yaml", "-o", "w.npz", "--report", s],
    )
    calls = [(ways[i % len(ways)](text), tmp_path) for i, text in enumerate(filter(argument, ALL))]

    for run in run_all(calls):
        check_printed(run)


def test_what_is_made_to_be_large(tmp_path: Path) -> None:
    """Specs crafted to be deep, long or slow are refused in little time and memory."""
    contents = [content for content, _ in GROWN.values()]
    contents += [path.read_bytes() for path in sorted((ROOT / "tests" / "refused").glob("*.yaml"))]
    large = [b for b in contents if len(b) > 3000 or b"times" in b or b"*" in b or b"num_layers" in b]
    for index, content in enumerate(large):
        (tmp_path / f"{index}.yaml").write_bytes(content)

    for run in run_all([(["plan", f"{index}.yaml"], tmp_path) for index in range(len(large))]):
        check_printed(run)
        assert 2 == run.code


def test_quiet_on_a_terminal(tmp_path: Path) -> None:
    """``--quiet`` prints the raw path for a script, and an escaped one on a terminal."""
    (tmp_path / "s.yaml").write_bytes(SPEC)
    name = "\x1b[31mw\u202e.npz"
    call = [sys.executable, "-m", "winitgen", "init", "s.yaml", "--quiet", "-o", name]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    leader, follower = pty.openpty()
    subprocess.run(call, cwd=tmp_path, stdout=follower, env=environment, check=True, timeout=60)
    os.close(follower)
    shown = os.read(leader, 1000)
    os.close(leader)
    plain = subprocess.run(call, cwd=tmp_path, capture_output=True, env=environment, check=True, timeout=60)

    assert b"\\x1b[31mw\\u202e.npz\r\n" == shown
    assert f"{name}\n".encode() == plain.stdout

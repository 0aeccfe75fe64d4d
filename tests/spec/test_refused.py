"""Bad specs, one mistake each: `tests/refused/<mistake>.yaml`, with what is said about it in `expected.txt`."""

import time
from collections import defaultdict
from pathlib import Path

import pytest

from winitgen.errors import SpecError
from winitgen.planning.build import build
from winitgen.spec.document import read_spec
from winitgen.spec.mistakes import Mistakes

FOLDER = Path(__file__).parents[1] / "refused"
FILES = sorted(FOLDER.glob("*.yaml"))
PATIENCE = 10.0
"""Seconds of a busy processor; nothing that a file of one mebibyte can hold may take longer, on a quiet one half of it."""

TOO_LARGE = (
    "not YAML: a number is too large, in an escape such as \\U00110000 or in a line that begins with %YAML"
)

GROWN = {
    "square-brackets.yaml": (b"[" * 2**20, "square-brackets.yaml:1:501: nested deeper than 64 levels"),
    "braces.yaml": (b"{" * 2**20, "braces.yaml:1:501: nested deeper than 64 levels"),
    "dashes.yaml": (b"- " * 2**19, "dashes.yaml:1:131: nested deeper than 64 levels"),
    "questions.yaml": (b"? " * 2**19, "questions.yaml:1:131: nested deeper than 64 levels"),
    "colons.yaml": (b"a:\n" * 300_000, "colons.yaml:2:1: the key 'a' appears twice; the first is on line 1"),
    "one-long-word.yaml": (
        b"model: " + b"x" * 2**19,
        "one-long-word.yaml:1:8: the value has 524288 characters; at most 10000 are allowed",
    ),
    "a-long-version-of-yaml.yaml": (b"%YAML " + b"1" * 2**19, f"a-long-version-of-yaml.yaml: {TOO_LARGE}"),
    "beyond-unicode.yaml": (rb'model: "\U00110000"', f"beyond-unicode.yaml: {TOO_LARGE}"),
    "beyond-numbers.yaml": (rb'model: "\UFFFFFFFF"', f"beyond-numbers.yaml: {TOO_LARGE}"),
    "more-than-a-mebibyte.yaml": (
        b"#" * (2**20 + 1),
        "more-than-a-mebibyte.yaml: the file has more than 1048576 bytes, the maximum",
    ),
}
"""Files too large to keep: their bytes, and the first line of what is said about them."""


def refusal(name: str, content: bytes) -> str:
    """Return everything that is said about a spec that cannot be planned."""
    mistakes = Mistakes(name)
    spec = read_spec(content, mistakes)
    if spec is not None:
        build(spec, mistakes, seed=spec.seed, dtype=spec.dtype, layout=spec.layout)
    with pytest.raises(SpecError) as caught:
        mistakes.raise_if_any()
    return str(caught.value)


def expected() -> dict[str, str]:
    """Return the messages of `expected.txt` by the file they begin with."""
    lines: dict[str, list[str]] = defaultdict(list)
    for line in (FOLDER / "expected.txt").read_text(encoding="utf-8").splitlines():
        lines[line.partition(":")[0]].append(line)
    return {name: "\n".join(found) for name, found in lines.items()}


EXPECTED = expected()


@pytest.mark.parametrize("path", FILES, ids=[path.stem.replace("-", " ") for path in FILES])
def test_refused(path: Path) -> None:
    """A bad spec is refused quickly, with the location, what is wrong and what to write."""
    start = time.process_time()
    text = refusal(path.name, path.read_bytes())
    seconds = time.process_time() - start

    assert EXPECTED.get(path.name) == text
    assert seconds < PATIENCE


@pytest.mark.parametrize("name", GROWN)
def test_grown(name: str) -> None:
    """A file made to be slow or deep is refused at once."""
    content, message = GROWN[name]
    start = time.process_time()
    text = refusal(name, content)
    seconds = time.process_time() - start

    assert message == text.splitlines()[0]
    assert seconds < PATIENCE


def test_there_are_many() -> None:
    """Every file has its message, every message its file, and there are enough of both."""
    assert sorted(EXPECTED) == [path.name for path in FILES]
    assert len(FILES) >= 150


def test_mistakes_have_a_limit() -> None:
    """After a hundred mistakes the rest of the file is not looked at, wherever they are found."""
    wrong_words = "\n".join(f"  - {{name: a{i}, type: dense, units: 0}}" for i in range(300))
    wrong_sizes = "\n".join(
        f"  - {{name: a{i}, type: dense, units: 2, inputs: 3, from: input}}" for i in range(300)
    )

    for layers in (wrong_words, wrong_sizes):
        assert len(refusal("many.yaml", f"input: 5\nlayers:\n{layers}\n".encode()).splitlines()) == 100


def test_many_unknown_names() -> None:
    """A hundred unknown names are reported quickly, among thousands of known ones."""
    known = "\n".join(f"  - {{name: layer{i}, type: dropout}}" for i in range(3000))
    wrong = "\n".join(f"  - {{name: a{i}, type: dense, units: 2, from: leyer{i}}}" for i in range(100))
    start = time.process_time()
    text = refusal("many.yaml", f"input: 5\nlayers:\n{known}\n{wrong}\n".encode())
    seconds = time.process_time() - start

    assert "no earlier layer is called 'leyer7'; did you mean 'layer7'?" in text
    assert seconds < PATIENCE

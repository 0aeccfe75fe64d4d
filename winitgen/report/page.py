"""The frame of all HTML pages: a single file that loads nothing, and shows every name as text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from pkgutil import get_data

# These can reorder other text or are invisible: control characters, surrogates, and Unicode's direction marks
# and zero-width characters.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="winitgen">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{heading}</h1>
<p>{kind}</p>
</header>
<main>
{main}
</main>
<footer>{footer}</footer>
<script>{script}</script>
</body>
</html>
"""


def text(value: str) -> str:
    """Return ``value`` as HTML text or an attribute's value; invisible characters are written as escapes.

    Two hashes or colons, with which the commands of pipelines begin, are not beside each other in it.

    >>> text("<b>"), text("a\\u202eb")
    ('&lt;b&gt;', 'a\\\\u202eb')
    """
    shown = escape(_INVISIBLE.sub(lambda found: found[0].encode("unicode_escape").decode(), value))
    return shown.replace("##", "#&#35;").replace("::", ":&#58;")


def name(value: str) -> str:
    """Return a user's name as HTML, isolated so that it cannot change the direction of the text around it."""
    return f"<bdi>{text(value)}</bdi>"


def page(model: str, kind: str, main: Iterable[str], footer: str) -> str:
    """Return the page about ``model``; ``kind`` is its subtitle, ``main`` its sections as HTML."""
    style, script = _shipped("page.css"), _shipped("sort.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return _PAGE.format(
        policy=policy,
        title=text(f"{model}: {kind.lower()}" if model else kind),
        style=style,
        heading=name(model or kind),
        kind=text(kind if model else "winitgen"),
        main="\n".join(part for part in main if part),
        footer=text(footer),
        script=script,
    )


def _hash(content: str) -> str:
    """Return the source expression of a content security policy that allows exactly this style or script."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms with their values; terms without a value are left out."""
    items = "\n".join(
        f"<div><dt>{text(term)}</dt><dd>{name(value)}</dd></div>" for term, value in pairs if value
    )
    return f'<dl class="facts">\n{items}\n</dl>'


def notes(lines: Sequence[str]) -> str:
    """Return the notes as a section, or nothing if there are none."""
    return listed("Notes", lines)


def listed(title: str, lines: Sequence[str]) -> str:
    """Return lines as a section with this title, or nothing if there are none."""
    if not lines:
        return ""
    items = "\n".join(f"<li>{name(line)}</li>" for line in lines)
    return section(title, f'<ul class="notes">\n{items}\n</ul>')


def command(line: str) -> str:
    """Return the command that reproduces the report as a section, or nothing if there is none."""
    return section("Reproduce", f'<pre><code dir="ltr">{text(line)}</code></pre>') if line else ""


def layer_spec(content: str) -> str:
    """Return the text of a layer-spec as a section that opens when it is clicked, or nothing if there is none."""
    if not content.strip():
        return ""
    lines = "\n".join(map(text, content.rstrip().splitlines()))
    count = lines.count("\n") + 1
    shown = f'<pre><code dir="ltr">{lines}</code></pre>'
    return section("Layer-spec", fold(f"{count:,} line{'' if count == 1 else 's'}", shown))


def fold(summary: str, content: str) -> str:
    """Return ``content``, which is HTML, below a line that opens and closes it; it is closed at first."""
    return f"<details>\n<summary>{text(summary)}</summary>\n{content}\n</details>"


def section(title: str, content: str, id: str = "") -> str:
    """Return a section of the page with its heading; ``content`` is HTML."""
    anchor = f' id="{text(id)}"' if id else ""
    return f"<section{anchor}>\n<h2>{text(title)}</h2>\n{content}\n</section>"


def _shipped(name: str) -> str:
    """Return the text of a file beside this one, which may be in an archive."""
    content = get_data("winitgen.report", name)
    assert content is not None  # it is part of the package
    return content.decode()

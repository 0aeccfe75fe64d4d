"""The marks by which reports and plots are known as such."""

from __future__ import annotations

MARKDOWN = "[//]: # (a report of winitgen)"
"""A Markdown report ends in this line; a definition that no text refers to is not shown."""
GENERATOR = "winitgen"
"""What reports and plots call the program that made them, where their format has a place for it."""
MARKS = {
    ".md": f"\n{MARKDOWN}\n",
    ".html": f'<meta name="generator" content="{GENERATOR}">',
    ".svg": f"<dc:title>{GENERATOR}</dc:title>",
    ".pdf": f"/Creator ({GENERATOR})",
    ".png": f"Software\0{GENERATOR}",
    ".json": '\n  "notes": ',
}
"""The mark in a file, by the ending of its name."""

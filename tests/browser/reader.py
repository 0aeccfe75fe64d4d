"""A page that is open in a browser, and queries about it."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

CONTRASTS = """
const luminance = (color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = (element) => {
  for (let node = element; node; node = node.parentElement) {
    const color = getComputedStyle(node).backgroundColor;
    if (!/, 0\\)$/.test(color)) return color;
  }
  return getComputedStyle(document.documentElement).colorScheme;
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
for (let text = texts.nextNode(); text; text = texts.nextNode()) {
  const element = text.parentElement;
  if (!text.data.trim() || element.closest("script, svg > title")) continue;
  const style = getComputedStyle(element);
  const color = element.closest("svg") ? style.fill : style.color;
  const pair = [luminance(color), luminance(background(element))].sort((a, b) => a - b);
  found.push([text.data.trim().slice(0, 40), (pair[1] + 0.05) / (pair[0] + 0.05)]);
}
return found;
"""
"""Every text with its contrast to the background, as WCAG 2 defines it (relative luminance)."""


class Reader:
    """A page in a browser; ``width`` is the width of the window in CSS pixels."""

    def __init__(self, browser: Any, path: Path, *, width: int, scheme: str, media: str) -> None:
        self.browser = browser
        self._width = width
        browser.get("about:blank")
        for log in ("browser", "performance"):
            browser.get_log(log)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.devtools("Emulation.setScrollbarsHidden", hidden=True)
        self.devtools("Emulation.setEmulatedMedia", media=media, features=features)
        self._resize(900)
        browser.get(path.as_uri())

    def devtools(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to a command of Chromium's DevTools protocol."""
        answer: dict[str, Any] = self.browser.execute_cdp_cmd(command, parameters)
        return answer

    def _resize(self, height: int) -> None:
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=self._width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def run(self, script: str, *arguments: Any) -> Any:
        """Return the result of a script of the test."""
        return self.browser.execute_script(script, *arguments)

    def all(self, selector: str) -> list[Any]:
        """Return the elements that match a CSS selector."""
        found: list[Any] = self.browser.find_elements("css selector", selector)
        return found

    def complaints(self) -> list[str]:
        """Return the messages of the browser's console."""
        return [entry["message"] for entry in self.browser.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the requested addresses, except images inside the page."""
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        addresses = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in addresses if not address.startswith("data:image/")]

    def column(self, table: int, column: int) -> list[str]:
        """Return the texts of one column of a table, from top to bottom."""
        script = (
            "return [...document.querySelectorAll('table')[arguments[0]].tBodies[0].rows]"
            ".map((row) => row.cells[arguments[1]].textContent.trim())"
        )
        texts: list[str] = self.run(script, table, column)
        return texts

    def orders(self, table: int) -> list[str]:
        """Return ``aria-sort`` of each heading of a table."""
        heads = self.all("table")[table].find_elements("css selector", "th[aria-sort]")
        return [head.get_attribute("aria-sort") for head in heads]

    def picture(self) -> Any:
        """Return the whole page as a Pillow image."""
        from PIL import Image

        self._resize(self.run("return document.documentElement.scrollHeight"))
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        return Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")

    def colors(self, picture: Any, element: Any) -> list[tuple[int, tuple[int, int, int]]]:
        """Return how often each colour occurs in the area of an element, the most frequent first."""
        left, top, width, height = self.run(
            "const box = arguments[0].getBoundingClientRect();"
            "return [box.left + scrollX, box.top + scrollY, box.width, box.height]",
            element,
        )
        part = picture.crop((round(left), round(top), round(left + width), round(top + height)))
        return sorted(part.getcolors(part.width * part.height), reverse=True)

"""Ranges of a file on a web server, of which no more is read than was asked for, whatever the server sends."""

from __future__ import annotations

from typing import Any

_PART = 1 << 20


def read_range(fs: Any, path: str, start: int, stop: int) -> bytes:
    """Return bytes ``start`` to ``stop`` of a file, with the session of fsspec's file system ``fs``.

    A server that sends more is read up to about 1 MB beyond them. Raises what aiohttp raises, and `ValueError` for a server
    without ranges, or one that packs what it sends though it was asked not to.
    """
    from fsspec.asyn import sync

    content: bytes = sync(fs.loop, _range, fs, path, start, stop)
    return content


async def _range(fs: Any, path: str, start: int, stop: int) -> bytes:
    session = await fs.set_session()
    options = dict(fs.kwargs)
    asked = {"Range": f"bytes={start}-{stop - 1}", "Accept-Encoding": "identity"}
    headers = {**options.pop("headers", {}), **asked}
    async with session.get(fs.encode_url(path), headers=headers, **options) as answer:
        answer.raise_for_status()
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise ValueError("it packs what it sends; download the file")
        whole = not _is_range(answer, start, stop)
        if whole and start > 0:
            raise ValueError("it takes no range requests")
        content = await _up_to(answer.content, stop - start)
    return content[: stop - start] if whole else content


def _is_range(answer: Any, start: int, stop: int) -> bool:
    """Tell whether an answer holds a range, and not the whole file: some servers say so only by its length."""
    length = answer.headers.get("Content-Length", "")
    return (
        answer.status == 206
        or answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        or (length.isdecimal() and int(length) <= stop - start)
    )


async def _up_to(stream: Any, count: int) -> bytes:
    """Return ``count`` bytes of a stream, fewer if it ends before, or somewhat more if it does not."""
    parts, size = [], 0
    while size <= count and (part := await stream.read(_PART)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)

"""Servers on loopback: moto's S3 that fails on request, and a web server with ranges."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

DENIED = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'


class Request(NamedTuple):
    """A request as the server got it."""

    method: str
    path: str
    query: str
    range: str | None


class Faults:
    """A wrapper of a WSGI application that notes the requests, and fails at chosen ones.

    ``fails`` takes the number of a request, from 0, and returns what happens to it: ``""`` nothing, ``denied`` a 403,
    ``error`` a 500, ``closed`` the connection without an answer, ``lost`` the same after the work is done.
    """

    def __init__(self, application: Application) -> None:
        self.requests: list[Request] = []
        self.fails: Callable[[int], str] = lambda number: ""
        self.before: Callable[[Request], object] = lambda request: None
        self._application = application
        self._lock = threading.Lock()

    def reset(self) -> None:
        """Forget the requests, and fail no more."""
        self.requests.clear()
        self.fails = lambda number: ""
        self.before = lambda request: None

    def __call__(self, environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer a request, or fail."""
        request = Request(
            environment["REQUEST_METHOD"],
            environment["PATH_INFO"],
            environment.get("QUERY_STRING", ""),
            environment.get("HTTP_RANGE"),
        )
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
        self.before(request)
        fault = self.fails(number)
        if fault in ("denied", "error"):
            if length := int(environment.get("CONTENT_LENGTH") or 0):
                environment["wsgi.input"].read(length)
            elif environment.get("HTTP_TRANSFER_ENCODING") == "chunked":
                environment["wsgi.input"].read()
            start(
                "403 Forbidden" if fault == "denied" else "500 Internal Server Error",
                [("Content-Type", "text/xml")],
            )
            return [DENIED if fault == "denied" and request.method != "HEAD" else b""]
        if fault == "lost":
            list(self._application(environment, lambda *_: None))
        if fault:
            environment["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            start("200 OK", [])
            return []
        return self._application(environment, start)


@contextmanager
def s3_server() -> Iterator[tuple[str, Faults]]:
    """Run moto's S3 server; give its URL and the wrapper."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_: Any) -> None:
            pass

    faults = Faults(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faults, threaded=True, request_handler=Quiet)
    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}", faults


class WebServer:
    """What a web server does: the files of a folder, and the requests so far; ``ranges`` is whether it knows them.

    ``more`` is sent behind each range, and ``packing`` is how the server says that it packs its answers. With the
    ``status`` 302 it sends everyone to where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[Request] = []
        self.ranges = True
        self.more = 0
        self.packing = ""
        self.sent = 0
        self.status = 200
        self.url = ""


@contextmanager
def web_server(folder: Path) -> Iterator[WebServer]:
    """Serve the files of a folder, by ranges if asked."""
    state = WebServer(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, state))
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    with _running(server):
        yield state


class _Handler(BaseHTTPRequestHandler):
    """Answers HEAD, and GET of a whole file or of one range."""

    def __init__(self, state: WebServer, *args: Any) -> None:
        self.state = state
        super().__init__(*args)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path, _, query = self.path.partition("?")
        self.state.requests.append(Request(self.command, path, query, self.headers["Range"]))
        file = self.state.folder / unquote(path).lstrip("/")
        if self.state.status == 302:
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
            return
        if self.state.status != 200 or not file.is_file():
            self.send_error(404 if self.state.status == 200 else self.state.status)
            return
        content, status = file.read_bytes(), 200
        self_range = self.headers["Range"]
        total = len(content)
        if self_range and self.state.ranges:
            first, last = (int(text) for text in self_range.removeprefix("bytes=").split("-"))
            content, status = content[first : last + 1], 206
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) + (self.state.more if body else 0)))
        if self.state.packing and body:
            self.send_header("Content-Encoding", self.state.packing)
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{first + len(content) - 1}/{total}")
        self.end_headers()
        if body:
            with contextlib.suppress(OSError):  # the client may have read enough
                self.wfile.write(content)
                for _ in range(self.state.more >> 20):
                    self.wfile.write(bytes(1 << 20))
                    self.state.sent += 1 << 20

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

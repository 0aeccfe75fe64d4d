"""An S3 server that takes uploads and forgets them: moto's keeps every object in memory, and is slower than a client.

Prints its port. It knows the requests of an upload: HEAD and list (nothing is there), create, part, complete, put.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

XML = '<?xml version="1.0" encoding="UTF-8"?>'


class Handler(BaseHTTPRequestHandler):
    """Reads what is sent, and says that it is stored."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        """Say that nothing is there."""
        self.answer(404)

    def do_GET(self) -> None:
        """List nothing."""
        self.answer(200, f"{XML}<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")

    def do_DELETE(self) -> None:
        """Remove nothing."""
        self.answer(204)

    def do_PUT(self) -> None:
        """Take an object, or a part of one."""
        self.forget()
        self.answer(200)

    def do_POST(self) -> None:
        """Begin or end an upload."""
        self.forget()
        kind = "InitiateMultipartUpload" if self.path.endswith("uploads") else "CompleteMultipartUpload"
        self.answer(200, f"{XML}<{kind}Result><UploadId>1</UploadId><ETag>1</ETag></{kind}Result>")

    def forget(self) -> None:
        """Read the body and drop it."""
        room = bytearray(1 << 20)
        rest = int(self.headers.get("Content-Length") or 0)
        while rest and (found := self.rfile.readinto(memoryview(room)[: min(rest, len(room))])):  # type: ignore[attr-defined]
            rest -= found

    def answer(self, status: int, text: str = "") -> None:
        """Send a status and a text."""
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()

#!/usr/bin/env bash
# fsspec 2026.9.0 with aiohttp 3.14.5: open() of a URL whose server answers 403 or 500 raises FileNotFoundError.
#
# open(), info() and size() of the HTTP file system ask with HEAD, then with GET, and turn any failure of the latter
# into FileNotFoundError(url): a file that may not be read and a server that has failed look like a file that is not there.
# The message is the URL alone; the status is only in the exception's __cause__, an aiohttp.ClientResponseError. The same
# URLs raise that error itself from cat_file(), where only 404 gives FileNotFoundError, and exists() says False. Nobody
# would guess it, and a caller that takes a default for a missing file takes it during an outage too.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'fsspec==2026.9.0' 'aiohttp==3.14.5'
"$folder/venv/bin/python" - <<'PYTHON'
import http.server
import threading

import fsspec


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "4")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"data")

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def outcome(call, url):
    try:
        call(url)
    except Exception as error:
        return [(type(each).__name__, getattr(each, "status", None)) for each in (error, error.__cause__) if each]
    return []


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
files = fsspec.filesystem("http")
address = f"http://127.0.0.1:{server.server_port}"
try:
    assert files.cat_file(f"{address}/200") == b"data"
    assert files.info(f"{address}/200")["size"] == 4
    for status in (403, 404, 500):
        url = f"{address}/{status}"
        wanted = [("FileNotFoundError", None), ("ClientResponseError", status)]
        for call in (files.open, files.info, files.size):
            found = outcome(call, url)
            assert found == wanted, f"{status}, {call.__name__}: {found}: this changed"
        whole = outcome(files.cat_file, url)
        assert whole == (wanted[:1] if status == 404 else wanted[1:]), f"{status}, cat_file: {whole}: this changed"
        assert files.exists(url) is False, f"{status}: exists() changed"
        print(f"{status}: open raises {wanted[0][0]} from {wanted[1][0]}; cat_file raises {whole[0][0]}; exists says False")
finally:
    server.shutdown()
    server.server_close()
PYTHON

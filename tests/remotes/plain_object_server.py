"""A stand-in for object storage, in this process: what memora's client asks of S3 and Google, and mishaps on demand.

It speaks the little of both that a remote needs, checks no signatures, and is nobody's server: what it proves is the
client's conduct. Google's own servers, and mishaps on purpose, are to be had in no other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET: Final = "memory"


class Stored(NamedTuple):
    body: bytes
    metadata: dict[str, str]


class Mishap(NamedTuple):
    """What goes wrong with the next request of a method: whether it took effect, and what is answered.

    ``status`` 0 closes the connection without an answer, -1 keeps it open and says nothing. ``half`` sends half a body,
    ``short`` does so as if that were all.
    """

    method: str
    takes_effect: bool = False
    status: int = 0
    code: str = ""
    half: bool = False
    short: bool = False


class PlainObjectServer(ThreadingHTTPServer):
    """``objects`` by key; ``mishaps`` that wait for their request; ``requests`` that came, as ``METHOD path``;
    ``signers`` who signed one, by the names of their keys.
    """

    daemon_threads = True

    def __init__(self, *, keeps_metadata: bool = True, knows_conditions: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keeps_metadata, self.knows_conditions = keeps_metadata, knows_conditions
        self.objects: dict[str, Stored] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.mishaps: list[Mishap] = []
        self.requests: list[str] = []
        self.signers: set[str] = set()
        self.one_at_a_time = Lock()
        self.ended = Event()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is part of the tests."""


@contextmanager
def plain_object_server(*, keeps_metadata: bool = True, knows_conditions: bool = True) -> Iterator[PlainObjectServer]:
    server = PlainObjectServer(keeps_metadata=keeps_metadata, knows_conditions=knows_conditions)
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()


class _Answer(NamedTuple):
    status: int
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PlainObjectServer

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        self._handle()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = self.server
        with server.one_at_a_time:
            server.requests.append(f"{self.command} {self.path}")
            server.signers.update(re.findall(r"Credential=(\w+)/", self.headers.get("Authorization", "")))
            mishap = next((one for one in server.mishaps if one.method == self.command), None)
            if mishap is not None:
                server.mishaps.remove(mishap)
            answer = _Answer(500)
            if mishap is None or mishap.takes_effect or mishap.half or mishap.short:
                answer = self._answer(body)
        if mishap is None:
            self._send(answer)
        elif mishap.half or mishap.short:
            cut = answer.body[: len(answer.body) // 2] if mishap.short else answer.body
            self._send(answer._replace(body=cut), half=mishap.half)
        elif mishap.status > 0:
            self._send(_error(mishap.status, mishap.code))
        else:
            if mishap.status < 0:
                server.ended.wait()
            self.close_connection = True

    def _send(self, answer: _Answer, *, half: bool = False) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
        self.close_connection = self.close_connection or half

    def _answer(self, body: bytes) -> _Answer:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        bucket, _, key = unquote(url.path).strip("/").partition("/")
        if bucket != BUCKET:
            return _error(404, "NoSuchBucket")
        if self.command == "PUT":
            return self._put(key, body, query)
        if self.command == "POST":
            return self._post(key, query)
        if self.command == "DELETE":
            if "uploadId" in query:
                self.server.uploads.pop(query["uploadId"], None)
                return _Answer(204)
            # Google says that there was none, S3 does not; here as Google.
            return _Answer(204) if self.server.objects.pop(key, None) else _error(404, "NoSuchKey")
        return self._list(query) if not key else self._get(key)

    def _put(self, key: str, body: bytes, query: dict[str, str]) -> _Answer:
        if "uploadId" in query:
            self.server.uploads[query["uploadId"]][int(query["partNumber"])] = body
            return _Answer(200, headers={"ETag": _tag(body)})
        once = self.headers.get("If-None-Match") == "*" or self.headers.get("x-goog-if-generation-match") == "0"
        if once and self.server.knows_conditions and key in self.server.objects:
            return _error(412, "PreconditionFailed")
        kept = {
            name.lower(): value
            for name, value in self.headers.items()
            if name.lower().startswith(("x-amz-meta-", "x-goog-meta-")) and self.server.keeps_metadata
        }
        self.server.objects[key] = Stored(body, kept)
        return _Answer(200, headers={"ETag": _tag(body)})

    def _post(self, key: str, query: dict[str, str]) -> _Answer:
        if "uploads" in query:
            upload = f"upload{len(self.server.requests)}"
            self.server.uploads[upload] = {}
            begun = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            return _Answer(200, begun.encode())
        parts = self.server.uploads.pop(query["uploadId"], None)
        if parts is None:
            return _error(404, "NoSuchUpload")
        body = b"".join(parts[number] for number in sorted(parts))
        self.server.objects[key] = Stored(body, {})
        done = f"<CompleteMultipartUploadResult><ETag>{escape(_tag(body))}</ETag></CompleteMultipartUploadResult>"
        return _Answer(200, done.encode())

    def _get(self, key: str) -> _Answer:
        stored = self.server.objects.get(key)
        if stored is None:
            return _error(404, "NoSuchKey")
        headers = {**stored.metadata, "ETag": _tag(stored.body), "Last-Modified": formatdate(0, usegmt=True)}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked is None:
            return _Answer(200, stored.body, headers)
        start, end = int(asked[1]), min(int(asked[2] or len(stored.body)) + 1, len(stored.body))
        if start >= len(stored.body):
            return _error(416, "InvalidRange")
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(stored.body)}"
        return _Answer(206, stored.body[start:end], headers)

    def _list(self, query: dict[str, str]) -> _Answer:
        prefix = query.get("prefix", "")
        found = [
            f"<Contents><Key>{escape(key)}</Key><Size>{len(stored.body)}</Size>"
            f"<LastModified>1970-01-01T00:00:00.000Z</LastModified><ETag>{escape(_tag(stored.body))}</ETag></Contents>"
            for key, stored in sorted(self.server.objects.items())
            if key.startswith(prefix) and "/" not in key[len(prefix) :]
        ]
        return _Answer(200, f"<ListBucketResult>{''.join(found)}</ListBucketResult>".encode())


def _error(status: int, code: str) -> _Answer:
    return _Answer(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())


def _tag(body: bytes) -> str:
    return f'"{md5(body, usedforsecurity=False).hexdigest()}"'

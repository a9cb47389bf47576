"""A model server on this machine's own network that says the same to everybody, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SAID = "Understood."


class Model:
    """A server that runs; ``requests`` are the bodies that it was sent, as text."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.requests: list[str] = []


@contextmanager
def run_model() -> Iterator[Model]:
    """Serve the interfaces of Anthropic (messages) and OpenAI (responses) while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
            if "count_tokens" in self.path:
                return self._send(json.dumps({"input_tokens": 1}), "application/json")
            model.requests.append(body)
            events = _messages() if "messages" in self.path else _responses()
            return self._send("".join(_event(event) for event in events), "text/event-stream")

        def do_GET(self) -> None:
            self._send(json.dumps({"data": [], "models": []}), "application/json")

        def do_HEAD(self) -> None:
            self._send("", "text/plain")

        def _send(self, text: str, kind: str) -> None:
            raw = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model = Model(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _event(event: dict[str, Any]) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def _messages() -> list[dict[str, Any]]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "stand-in",
        "content": [],
        "usage": usage,
    }
    text = {"type": "text", "text": ""}
    return [
        {"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}},
        {"type": "content_block_start", "index": 0, "content_block": text},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": SAID}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]


def _responses() -> list[dict[str, Any]]:
    content = [{"type": "output_text", "text": SAID, "annotations": []}]
    item = {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": content}
    tokens = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    return [
        {"type": "response.created", "response": {"id": "r1"}},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": {"id": "r1", "usage": tokens, "output": [item]}},
    ]

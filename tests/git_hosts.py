"""Git repositories to share memory through, as hosts have them: in a folder, behind git's daemon, HTTP and ssh."""

from __future__ import annotations

import os
import shlex
import shutil
import socketserver
import subprocess
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

# Nothing of the machine's own settings, and no question to whoever runs the tests.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SSH_"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(directory: Path, *arguments: str, said: str | None = None) -> str:
    """What git answers in a directory."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=directory,
        env=ENVIRONMENT,
        input=said,
        stdin=subprocess.DEVNULL if said is None else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bare_repository(directory: Path, *options: str) -> Path:
    """A repository as a host keeps it, which checks what it is sent."""
    if shutil.which("git") is None:
        pytest.skip("no git on the PATH")
    path = directory / "code.git"
    if not path.exists():
        git(directory, "init", "--quiet", "--bare", "--template=", *options, str(path))
        with open(path / "config", "a", encoding="ascii") as config:
            config.write("[receive]\n\tfsckObjects = true\n[http]\n\treceivepack = true\n")
    return path


def _program(name: str) -> str:
    """One of git's own programs that a server needs."""
    found = Path(git(Path("/"), "--exec-path").strip(), name)
    if not found.exists():
        pytest.skip(f"git has no {name} here")
    return str(found)


@cache
def daemon_port() -> int:
    """The port of loopback at which git's own daemon answers, for as long as the tests run."""
    program = _program("git-daemon")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            subprocess.run(
                [program, "--inetd", "--export-all", "--enable=receive-pack", "--base-path=/"],
                env=ENVIRONMENT,
                stdin=self.request,
                stdout=self.request,
                stderr=subprocess.DEVNULL,
                check=False,
            )

    return _serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler))


@cache
def http_port() -> int:
    """The port of loopback at which git's own CGI program answers."""
    _program("git-http-backend")
    return _serve(ThreadingHTTPServer(("127.0.0.1", 0), _Backend))


def _serve(server: socketserver.TCPServer) -> int:
    Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


class _Backend(BaseHTTPRequestHandler):
    """A web server with one CGI program, which speaks git's protocol."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/locked/"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="memory"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        environment = {
            **ENVIRONMENT,
            "GIT_PROJECT_ROOT": "/",
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(
            [_program("git-http-backend")], env=environment, input=self._body(), capture_output=True, check=False
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = []
        while size := int(self.rfile.readline(), 16):
            body.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is said of a request."""


def stand_in_for_ssh(directory: Path) -> dict[str, str]:
    """An environment in which ``ssh HOST COMMAND`` runs the command here: all of git, nothing of ssh."""
    script = directory / "ssh-stand-in"
    script.write_text('#!/bin/sh\nfor last in "$@"; do :; done\nexec sh -c "$last"\n')
    script.chmod(0o755)
    return {**ENVIRONMENT, "GIT_SSH_COMMAND": shlex.quote(str(script)), "GIT_SSH_VARIANT": "ssh"}


def real_ssh(directory: Path) -> dict[str, str]:
    """An environment in which ssh speaks to an ssh server that is started for each connection, without a network."""
    server = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if server is None or shutil.which("ssh") is None:
        pytest.skip("no sshd to speak to")
    for name in ("host", "user"):
        if not (directory / name).exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / name], check=True)
    (directory / "authorized").write_text((directory / "user.pub").read_text())
    settings = directory / "sshd_config"
    settings.write_text(
        f"HostKey {directory}/host\nAuthorizedKeysFile {directory}/authorized\nStrictModes no\nPidFile none\n"
        "UsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nAcceptEnv GIT_PROTOCOL GIT_CONFIG_*\n"
    )
    checked = subprocess.run([server, "-t", "-f", settings], capture_output=True, text=True, check=False)
    if checked.returncode != 0:
        pytest.skip(f"sshd does not start here: {checked.stderr.strip()}")
    ssh = (
        f"ssh -F none -i {directory}/user -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes"
        f" -o StrictHostKeyChecking=no -o UserKnownHostsFile={directory}/known -o LogLevel=ERROR"
        f" -o 'ProxyCommand={server} -i -f {settings}'"
    )
    return {**ENVIRONMENT, "GIT_SSH_COMMAND": ssh}


def code_repository(directory: Path, url: str, *options: str) -> Path:
    """A clone of code that calls its host origin."""
    path = directory / "code"
    if not path.exists():
        git(directory, "init", "--quiet", "--template=", "-b", "main", *options, str(path))
        git(path, "remote", "add", "origin", url)
    return path

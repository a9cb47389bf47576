"""Where in object storage a remote lies, and the client that speaks to it.

Credentials come from the environment alone, by the names that each service's own tools use: an address is written
down, shown and passed on.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from obstore.store import AzureStore, GCSStore, S3Store

from memora.errors import BadInput
from memora.remotes.cloud.aws_profile import aws_settings
from memora.remotes.cloud.azure_account import azure_settings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

# A service that is not there is given up on after some ten seconds: three tries that get no connection, or two that
# get no answer. A transfer may take as long as it likes while bytes arrive; one that sends may be as slow as this.
CONNECT_SECONDS: Final = 4
ANSWER_SECONDS: Final = 10
SLOWEST_BYTES_A_SECOND: Final = 64 * 1024

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}")
_PART = re.compile(r"[^\x00-\x1f\x7f\\?#%*\"<>|{}^`\[\]]+")
_GOOGLE: Final = {
    "GOOGLE_APPLICATION_CREDENTIALS": "application_credentials",
    "GOOGLE_SERVICE_ACCOUNT": "service_account",
    "GOOGLE_SERVICE_ACCOUNT_KEY": "service_account_key",
    "GOOGLE_BEARER_TOKEN": "bearer_token",
    "GOOGLE_BASE_URL": "base_url",
    "GOOGLE_SKIP_SIGNATURE": "skip_signature",
}


class Bucket:
    """A bucket, or container, and the folder in it that is the remote. ``environment`` is that of this process by
    default; what it does not say, the client may still look for in that of the process.
    """

    def __init__(
        self, address: str, environment: Mapping[str, str] | None = None, answer_seconds: int = ANSWER_SECONDS
    ) -> None:
        self.address = address
        self.service, _, rest = address.partition("://")
        self.name, _, self.folder = rest.rstrip("/").partition("/")
        if not _NAME.fullmatch(self.name):
            raise BadInput("address", f"names no bucket; write {self.service}://BUCKET/FOLDER")
        for part in self.folder.split("/") if self.folder else ():
            if part in ("", ".", "..") or not _PART.fullmatch(part):
                raise BadInput("address", f"has a folder {part!r} that object storage would take for something else")
        self._environment = os.environ if environment is None else environment
        self._answer_seconds = answer_seconds
        self._clients: dict[tuple[int, int], ObjectStore] = {}

    def client(self, *, sending: int = 0, retries: int = 0) -> ObjectStore:
        """A client that waits long enough for so many bytes to be sent, and tries each request again so often.

        Raises RemoteUnavailable where the environment cannot say how to sign in, and what the client raises.
        """
        wait = self._answer_seconds + -(-sending // SLOWEST_BYTES_A_SECOND)
        if (wait, retries) not in self._clients:
            self._clients[wait, retries] = self._make(wait, retries)
        return self._clients[wait, retries]

    def close(self) -> None:
        self._clients.clear()

    def _make(self, wait: int, retries: int) -> ObjectStore:
        patience: ClientConfig = {
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "read_timeout": timedelta(seconds=wait),
            "timeout": timedelta(days=1),
        }
        again: RetryConfig = {
            "max_retries": retries,
            "retry_timeout": timedelta(seconds=3 * wait),
            "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=3), "base": 2},
        }
        settings: dict[str, Any]
        if self.service == "s3":
            settings, provider = aws_settings(self.address, self._environment)
            _allow_http(patience, settings.get("aws_endpoint_url_s3") or settings.get("endpoint", ""))
            # Not every service that speaks like S3 knows how to delete many at once; here it is always one.
            settings |= {"conditional_put": "etag", "disable_bulk_delete": True}
            return S3Store(
                self.name,
                prefix=self.folder or None,
                config=settings,  # type: ignore[arg-type,unused-ignore]  # made from names of variables
                client_options=patience,
                retry_config=again,
                credential_provider=provider,
            )
        if self.service == "az":
            settings = azure_settings(self._environment)
            _allow_http(patience, settings.get("endpoint", ""))
            return AzureStore(
                self.name,
                prefix=self.folder or None,
                config=settings,  # type: ignore[arg-type,unused-ignore]
                client_options=patience,
                retry_config=again,
            )
        settings = {key: self._environment[name] for name, key in _GOOGLE.items() if self._environment.get(name)}
        if emulator := self._environment.get("STORAGE_EMULATOR_HOST"):
            settings = _emulated(emulator if "://" in emulator else f"http://{emulator}")
        _allow_http(patience, settings.get("base_url", ""))
        return GCSStore(
            self.name,
            prefix=self.folder or None,
            config=settings,  # type: ignore[arg-type,unused-ignore]
            client_options=patience,
            retry_config=again,
        )


def _emulated(endpoint: str) -> dict[str, Any]:
    """What the client is to be told of a stand-in for Google, which it does not sign in to."""
    nobody = {
        "gcs_base_url": endpoint,
        "disable_oauth": True,
        "client_email": "",
        "private_key": "",
        "private_key_id": "",
    }
    return {"base_url": endpoint, "service_account_key": json.dumps(nobody)}


def _allow_http(patience: ClientConfig, endpoint: str) -> None:
    """Speak without TLS to an endpoint that is named so, as the services' own tools do, and to no other."""
    if endpoint.lower().startswith("http://"):
        patience["allow_http"] = True

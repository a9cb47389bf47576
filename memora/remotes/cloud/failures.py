"""What went wrong with object storage, in a sentence.

The client's own words hold whole addresses, signatures and the service's answers, so nothing of them is passed on but a
status, a code of the service and the name of a host.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from memora.errors import MemoraError
from memora.errors.remotes import RemoteUnavailable, UnsafeRemote
from memora.errors.store import DiskFull
from memora.remotes.cloud.bucket import Bucket

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>\s*([A-Za-z][A-Za-z0-9.]{1,60})\s*</Code>|\(code: ([A-Za-z0-9.]{1,60})\)")
_HOST = re.compile(r"performing [A-Z]+ https?://(?:[^/@\s]*@)?([A-Za-z0-9.:\[\]-]{1,200})")
_KIND = re.compile(r"HttpError \{\s*kind: ([A-Za-z]+)")
# Where machines of the three services ask for the role that they have: asked last, when nothing else says who we are.
_ROLE_SERVICES: Final = (
    "//169.254.",
    "//metadata.google.internal",
    "/latest/api/token",
    "/latest/meta-data/",
    "/metadata/identity/",
    "/computeMetadata/",
)

_NO_BUCKET: Final = frozenset({"NoSuchBucket", "ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled"})
_NOT_US: Final = frozenset(
    {
        "AuthenticationFailed",
        "AuthorizationFailure",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidAuthenticationInfo",
        "InvalidSecurity",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
_FULL: Final = frozenset({"InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "AccountQuotaExceeded"})
_ELSEWHERE: Final = frozenset({"PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed"})
_SIGN_IN: Final = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_PROFILE or a role of this machine",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, `gcloud auth application-default login` or a role of this machine",
    "az": "AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN, `az login` or a role of this machine",
}


class Failure(NamedTuple):
    """What can be told of a failed request: the service's status and code, or what kind of trouble the way had."""

    status: int | None
    code: str
    kind: str
    text: str

    @property
    def no_bucket(self) -> bool:
        return self.code in _NO_BUCKET or "specified container does not exist" in self.text

    @property
    def no_file(self) -> bool:
        return (self.status == 404 or self.code == "404") and not self.no_bucket

    @property
    def beyond_the_end(self) -> bool:
        """Whether a part was asked for that begins where the file ends, or later."""
        return self.status == 416 or "StartTooLarge" in self.text  # some services send the last byte or all instead

    @property
    def may_pass(self) -> bool:
        """Whether the same request may get another answer in a moment."""
        if self.status is not None:
            return self.status in (408, 409, 429) or (self.status >= 500 and self.status not in (501, 507))
        return bool(self.kind) and self.kind != "Builder" and not self._asked_for_a_role

    @property
    def timed_out(self) -> bool:
        return self.kind == "Timeout"

    @property
    def _asked_for_a_role(self) -> bool:
        return any(place in self.text for place in _ROLE_SERVICES)


# The bytes ended before the length that was announced.
CUT_OFF: Final = Failure(None, "", "Interrupted", "")


def read_failure(error: Exception) -> Failure:
    """What an exception of the client tells."""
    text = str(error)[:20_000]
    status, code, kind = _STATUS.search(text), _CODE.search(text), _KIND.search(text)
    found_kind = kind[1] if kind else ""
    if "builder error" in text:
        found_kind = "Builder"
    elif not found_kind and "HTTP error" in text:
        found_kind = "Unknown"
    found_code = (code[1] or code[2]) if code else ""
    return Failure(int(status[1]) if status else None, found_code, found_kind, text)


def failure_of(bucket: Bucket, failure: Failure) -> MemoraError:
    """What memora says of it."""
    if failure.status == 507 or failure.code in _FULL:
        return DiskFull(f"{bucket.address} has no room left")
    if failure.status == 501:
        return UnsafeRemote(bucket.address)
    return RemoteUnavailable(bucket.address, _sentence(bucket, failure))


def _sentence(bucket: Bucket, failure: Failure) -> str:
    text, code = failure.text, failure.code
    said = f" ({code})" if code else ""
    if failure._asked_for_a_role:
        return f"no credentials were found: {_SIGN_IN[bucket.service]}"
    if failure.no_bucket:
        return f"there is no {'container' if bucket.service == 'az' else 'bucket'} {bucket.name!r}"
    if code == "RequestTimeTooSkewed":
        return "the clock of this machine is wrong"
    if code in _ELSEWHERE or "redirect without LOCATION" in text:
        return f"bucket {bucket.name!r} is in another region; AWS_REGION says which"
    if code in _NOT_US or failure.status == 401 or "token request" in text or "UnauthenticatedError" in text:
        return f"the credentials were refused{said}"
    if failure.status == 403:
        return f"access was denied{said}"
    if "MissingAccount" in text:
        return "AZURE_STORAGE_ACCOUNT_NAME names no account"
    if failure.status is not None:
        return f"the service failed with status {failure.status}{said}"
    return _way(failure)


def _way(failure: Failure) -> str:
    host = _HOST.search(failure.text)
    who = host[1] if host else "the service"
    if failure.timed_out:
        return f"{who} does not answer"
    if "dns error" in failure.text:
        return f"there is no host {who}"
    if "ertificate" in failure.text or "UnknownIssuer" in failure.text:
        return f"the certificate of {who} is not trusted"
    if failure.kind == "Connect":
        return f"{who} cannot be reached"
    if failure.kind == "Builder":
        return "the endpoint is not a URL that can be used"
    if failure.kind:
        return f"{who} broke the connection off"
    if "InvalidAccessKey" in failure.text or "Credential" in failure.text or "service account" in failure.text.lower():
        return "the credentials cannot be read"
    return "what answers is not the service that was asked for"

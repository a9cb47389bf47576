"""How to sign in to S3: by the usual variables, or by a profile of ``~/.aws``, which obstore itself does not read."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from memora.errors.remotes import RemoteUnavailable

if TYPE_CHECKING:
    from obstore.store import S3CredentialProvider

_VARIABLES: Final = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
    "AWS_DEFAULT_REGION": "region",
    "AWS_REGION": "region",  # goes before the default
    "AWS_ENDPOINT": "endpoint",
    "AWS_ENDPOINT_URL": "endpoint",
    "AWS_ENDPOINT_URL_S3": "aws_endpoint_url_s3",
    "AWS_SKIP_SIGNATURE": "skip_signature",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "virtual_hosted_style_request",
}
_KEYS: Final = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
}
# A profile with one of these gets its keys from elsewhere, and new ones every hour.
_LONGER_WAYS: Final = ("sso_session", "sso_start_url", "role_arn", "credential_process", "web_identity_token_file")


def aws_settings(address: str, environment: Mapping[str, str]) -> tuple[dict[str, Any], S3CredentialProvider | None]:
    """What the client is to be told, by its own names for it, and who gives it keys where they do not stay the same.

    As with Amazon's own tools, keys in the environment go before a profile, and what is asked of a profile that is
    named there must be there. Raises RemoteUnavailable.
    """
    settings: dict[str, Any] = {key: environment[name] for name, key in _VARIABLES.items() if environment.get(name)}
    name = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or ""
    profile = _read_profile(address, name, environment)
    if "region" in profile:
        settings.setdefault("region", profile["region"])
    if "endpoint_url" in profile and "aws_endpoint_url_s3" not in settings:
        settings.setdefault("endpoint", profile["endpoint_url"])
    if {"access_key_id", "skip_signature"} & settings.keys() or environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return settings, None
    if "aws_access_key_id" in profile and "role_arn" not in profile:
        return settings | {_KEYS[key]: value for key, value in profile.items() if key in _KEYS}, None
    way = next((way for way in _LONGER_WAYS if way in profile), None)
    return settings, None if way is None else _ask_boto(address, name, way)


def _read_profile(address: str, name: str, environment: Mapping[str, str]) -> dict[str, str]:
    home = os.path.join(environment.get("HOME") or os.path.expanduser("~"), ".aws")
    config = environment.get("AWS_CONFIG_FILE") or os.path.join(home, "config")
    credentials = environment.get("AWS_SHARED_CREDENTIALS_FILE") or os.path.join(home, "credentials")
    wanted = name or "default"
    found: dict[str, str] = {}
    known = not name
    for path, section in ((config, f"profile {wanted}"), (config, wanted), (credentials, wanted)):
        if path == config and section == wanted != "default":
            continue  # all others are called profiles there
        parser = configparser.RawConfigParser()
        try:
            parser.read(os.path.expanduser(path), encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            raise RemoteUnavailable(address, f"{path} cannot be read") from None
        if parser.has_section(section):
            known = True
            found |= {key: value.strip() for key, value in parser.items(section) if value and value.strip()}
    if not known:
        raise RemoteUnavailable(address, f"there is no AWS profile {name!r}")
    return found


def _ask_boto(address: str, name: str, way: str) -> S3CredentialProvider:
    """Keys by way of Amazon's own library: it knows all its ways to sign in, and renews what it was given."""
    try:
        import boto3
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError:
        problem = f"the AWS profile {name or 'default'!r} signs in by {way}, for which boto3 has to be installed"
        raise RemoteUnavailable(address, problem) from None
    try:
        provider: S3CredentialProvider = Boto3CredentialProvider(boto3.Session(profile_name=name or None))
    except Exception as error:  # whatever a program that gives keys, or a service, may come up with
        problem = f"the AWS profile {name or 'default'!r} gives no keys ({type(error).__name__})"
        raise RemoteUnavailable(address, problem) from None
    return provider

"""How to sign in to Azure: by the variables of the client, of ``az``, and by a connection string."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import Any, Final

# By what obstore calls it: the variables that say it, the first that is there.
_VARIABLES: Final = {
    "account_name": ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"),
    "account_key": ("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ACCESS_KEY", "AZURE_STORAGE_KEY"),
    "sas_key": ("AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY"),
    "token": ("AZURE_STORAGE_TOKEN",),
    "endpoint": ("AZURE_STORAGE_ENDPOINT", "AZURE_STORAGE_SERVICE_ENDPOINT", "AZURE_ENDPOINT"),
    "tenant_id": ("AZURE_TENANT_ID",),
    "client_id": ("AZURE_CLIENT_ID",),
    "client_secret": ("AZURE_CLIENT_SECRET",),
    "federated_token_file": ("AZURE_FEDERATED_TOKEN_FILE",),
    "use_azure_cli": ("AZURE_USE_AZURE_CLI",),
    "skip_signature": ("AZURE_SKIP_SIGNATURE",),
}
_CONNECTION: Final = {
    "accountname": "account_name",
    "accountkey": "account_key",
    "sharedaccesssignature": "sas_key",
    "blobendpoint": "endpoint",
}
# Any of these is a way to sign in, so that `az` is not asked.
_WAYS: Final = ("account_key", "sas_key", "token", "client_id", "use_azure_cli", "skip_signature")
_ROLE_OF_MACHINE: Final = ("AZURE_MSI_ENDPOINT", "AZURE_IDENTITY_ENDPOINT", "IDENTITY_ENDPOINT", "MSI_ENDPOINT")


def azure_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """What the client is to be told, by its own names for it."""
    settings: dict[str, Any] = _connection(environment.get("AZURE_STORAGE_CONNECTION_STRING", ""))
    for key, names in _VARIABLES.items():
        found = next((environment[name] for name in names if environment.get(name)), None)
        if found is not None:
            settings[key] = found
    if not any(key in settings for key in _WAYS) and not any(map(environment.get, _ROLE_OF_MACHINE)):
        folder = environment.get("AZURE_CONFIG_DIR") or os.path.join(environment.get("HOME", "~"), ".azure")
        if os.path.exists(os.path.join(folder, "azureProfile.json")) and shutil.which("az"):
            settings["use_azure_cli"] = True
    return settings


def _connection(text: str) -> dict[str, Any]:
    """What a connection string says. One without an endpoint means the account's own host."""
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    said = {key.strip().lower(): value.strip() for key, _, value in pairs}
    settings = {_CONNECTION[key]: value for key, value in said.items() if key in _CONNECTION and value}
    if "endpointsuffix" in said and "account_name" in settings and "endpoint" not in settings:
        protocol = said.get("defaultendpointsprotocol", "https")
        settings["endpoint"] = f"{protocol}://{settings['account_name']}.blob.{said['endpointsuffix']}"
    return settings

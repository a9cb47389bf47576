"""What a hook has to know of its user and its store, each looked up when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

    from memora.config.settings import Settings

_NOBODY: Final = "unknown"
_LOGIN: Final = ("LOGNAME", "USER", "LNAME", "USERNAME")


class Surroundings:
    """The settings that matter to a hook, of a store over those of its user."""

    def __init__(self, store: str, environment: Mapping[str, str]) -> None:
        self._store = store
        self._environment = environment

    def workspace(self) -> str:
        """The workspace that the agent works in."""
        name = self._environment.get("MEMORA_WORKSPACE")
        if not name:
            return "default"
        from memora.model.names import clean_ref_name

        return clean_ref_name("workspace", name)

    def author(self) -> str:
        """Who the agent works for: from MEMORA_AUTHOR, from the settings, or the name of the login."""
        from memora.errors import BadConfig
        from memora.model.names import clean_author

        login = next((self._environment[name] for name in _LOGIN if self._environment.get(name)), _NOBODY)
        named = self._environment.get("MEMORA_AUTHOR")
        try:
            return clean_author(named or self._settings().text("user.name") or login)
        except BadConfig:  # what an agent did is recorded all the same
            return clean_author(login)

    def commits(self) -> bool:
        """Whether the end of a session is committed."""
        return self._settings().value("hook.commit") is True

    def recalls(self) -> bool:
        """Whether a prompt is answered with memories."""
        return self._settings().value("hook.recall") is True

    def trusted(self) -> list[str]:
        """Projects whose store may belong to another user."""
        from memora.config.settings import Origin, Settings

        return Settings((Origin("user", self._user_path()),)).words("safe.directories")

    def _settings(self) -> Settings:
        from memora.config.settings import Origin, Settings

        return Settings((Origin("store", os.path.join(self._store, "config.toml")), Origin("user", self._user_path())))

    def _user_path(self) -> str:
        home = self._environment.get("XDG_CONFIG_HOME") or ""
        if not os.path.isabs(home):
            home = os.path.join(self._environment.get("HOME") or os.path.expanduser("~"), ".config")
        return os.path.join(home, "memora", "config.toml")

"""PLACEHOLDER: to be overwritten by the author of recall."""


def index_text(content: str, key: str | None, tags: tuple[str, ...], applies_to: tuple[str, ...]) -> tuple[str, ...]:
    return content, " ".join([key or "", *tags, *applies_to])

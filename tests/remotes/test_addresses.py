from __future__ import annotations

import pytest

from memora.errors import BadInput
from memora.remotes.address import Address, parse_address, shown_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/srv/memory", Address("folder", "/srv/memory")),
        ("../memory", Address("folder", "/srv/memory")),
        ("file:///srv/my%20memory", Address("folder", "/srv/my memory")),
        ("file://localhost/srv/memory", Address("folder", "/srv/memory")),
        ("s3://bucket/team", Address("cloud", "s3://bucket/team")),
        ("S3://bucket/team", Address("cloud", "s3://bucket/team")),
        ("gs://bucket", Address("cloud", "gs://bucket")),
        ("az://container/team", Address("cloud", "az://container/team")),
        ("git+ssh://git@example.org/team/code.git", Address("git", "ssh://git@example.org/team/code.git")),
        ("git+https://example.org/team/code.git", Address("git", "https://example.org/team/code.git")),
        ("git+file:///srv/code.git", Address("git", "file:///srv/code.git")),
        ("git+git@example.org:team/code.git", Address("git", "git@example.org:team/code.git")),
        ("git+origin", Address("git", "origin")),
    ],
)
def test_what_an_address_means(text: str, address: Address) -> None:
    assert parse_address(text, "/srv/ada") == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 2001,
        "--upload-pack=touch /x",
        "-x",
        "/srv/mem\nory",
        "/srv/mem\x1b[2Jory",
        "https://example.org/memory",
        "ftp://example.org/memory",
        "file://example.org/memory",
        "file:///srv/%00",
        "git+ext::sh -c touch% /x",
        "git+ext://sh",
        "git+fd::17",
        "git+ssh://-oProxyCommand=x/y",
        "git+ssh://git@-oProxyCommand=x/y",
        "git+-oProxyCommand=x:y",
        "git+--upload-pack=x",
        "git+",
        "git+../code",
        "git+https::ext",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadInput, match="address"):
        parse_address(text, "/srv/ada")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("git+https://ada:hunter2@example.org/code.git", "git+https://ada:***@example.org/code.git"),
        ("git+https://ada:hun@ter2@example.org/code.git", "git+https://ada:***@example.org/code.git"),
        ("git+https://:hunter2@example.org/code.git", "git+https://:***@example.org/code.git"),
        (f"git+https://{'x' * 36}@example.org/code.git", "git+https://***@example.org/code.git"),
        ("az://box/team?sv=2024&sig=aGk%3D", "az://box/team?sv=***&sig=***"),
        ("git+ssh://git@example.org/code.git", "git+ssh://git@example.org/code.git"),
        ("git+git@example.org:team/code.git", "git+git@example.org:team/code.git"),
        ("/srv/what?=now:really@home", "/srv/what?=now:really@home"),
    ],
)
def test_a_password_is_not_shown(text: str, shown: str) -> None:
    assert shown_address(text) == shown


@pytest.mark.parametrize("text", ["https://ada:hunter2@example.org/x", "git+https:/ada:hunter2@example.org/x"])
def test_a_refused_address_does_not_show_its_password(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_address(text, "/srv/ada")
    assert "hunter2" not in str(caught.value)

"""Domains of addresses in one form, as a function of text."""

from __future__ import annotations

import pytest

from kloudsync.providers.salesloft.domains import as_domain, domain_of

MUNICH = "xn--mnchen-3ya.de"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("example.com", "example.com"),
        (" Example.COM\t", "example.com"),
        ("example.com.", "example.com"),
        ("münchen.de", MUNICH),
        ("MÜNCHEN.de", MUNICH),
        ("mu\u0308nchen.de", MUNICH),
        ("XN--mnchen-3ya.de", MUNICH),
        ("straße.de", "xn--strae-oqa.de"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("a.b-c.example.com", "a.b-c.example.com"),
    ],
)
def test_a_domain_has_one_form(text: str, domain: str) -> None:
    """Case, spaces around it, a dot at its end and the form of its letters do not count."""
    assert as_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "localhost",
        "me@example.com",
        "*.example.com",
        "https://example.com",
        "example.com, example.org",
        "example.com example.org",
        "<example.com>",
        "\u201cexample.com\u201d",
        "example.com\u200b",
        "example..com",
        "example.com..",
        "-example.com",
        "10.0.0.1",
        "mün chen.de",
    ],
)
def test_anything_else_is_no_domain(text: str) -> None:
    """What may mean something else is not guessed at."""
    assert as_domain(text) is None


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@example.com", "example.com"),
        (" a@EXAMPLE.com ", "example.com"),
        ("<a@example.com>", "example.com"),
        ("Ann <a@example.com> ", "example.com"),
        ("mailto:a@example.com", "example.com"),
        ('"a@b"@example.com', "example.com"),
        ("a@münchen.de", MUNICH),
        ("/o=Example/cn=Recipients/cn=ann", None),
        ("example.com", None),
        ("a@localhost", None),
        ("a@", None),
    ],
)
def test_an_address_has_a_domain_or_none(address: str, domain: str | None) -> None:
    """It stands behind the last @, whatever is around the address."""
    assert domain_of(address) == domain


def test_what_dns_has_no_room_for_is_no_domain() -> None:
    """Labels of more than 63 octets and domains of more than 253 are none (RFC 1035, 2.3.4)."""
    assert as_domain(f"{'a' * 63}.com") is not None
    assert as_domain(f"{'a' * 64}.com") is None
    assert as_domain(f"{'例え' * 30}.jp") is None
    longest = ".".join(["a" * 49] * 5 + ["abc"])
    assert (len(longest), as_domain(longest)) == (253, longest)
    assert as_domain(f"b{longest}") is None


def test_a_long_label_is_not_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's punycode takes quadratic time, so that it is asked for short labels only."""
    asked: list[int] = []

    def category(letter: str) -> str:
        asked.append(1)
        return "Lo"

    monkeypatch.setattr("kloudsync.providers.salesloft.domains.unicodedata.category", category)
    assert domain_of(f"a@{'例' * 100_000}.jp") is None
    assert domain_of(f"a@{'例' * 100}.jp") is None
    assert asked == []

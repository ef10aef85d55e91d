"""Domains of addresses in one form, so that they can be compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NAME: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
_IDEOGRAPHIC_STOP: Final = "\u3002"

LONGEST_DOMAIN: Final = 253
"""Octets of a domain as text (RFC 1035, section 2.3.4, less the length and the root)."""

LONGEST_LABEL: Final = 63
"""Octets of one label (RFC 1035, section 2.3.4)."""

_READABLE: Final = "LMN"
"""Letters, marks and numbers: what a label in Unicode may consist of."""


def as_domain(text: str) -> str | None:
    """Return a domain as DNS writes it: lower case, IDNA's ASCII form, no dot at the end.

    None if it is no domain of at least two labels, such as an address, a pattern, a URL or
    several domains in one text.
    """
    # Longer ones are none, and Python's punycode would take quadratic time to say so.
    if len(text) > 4 * LONGEST_DOMAIN:
        return None
    # ß stays ß, as in IDNA 2008, by which registries go.
    plain = unicodedata.normalize("NFKC", text.strip().lower()).replace(_IDEOGRAPHIC_STOP, ".")
    labels = [_label(label) for label in plain.removesuffix(".").split(".")]
    domain = ".".join(label or "" for label in labels)
    return domain if len(domain) <= LONGEST_DOMAIN and _NAME.fullmatch(domain) else None


def domain_of(address: str) -> str | None:
    """Return the domain of an e-mail address, with or without a name and brackets around it.

    None if there is none that can be read, as in an Exchange server's internal names.
    """
    _, bracket, inner = address.rpartition("<")
    _, at, domain = (inner.partition(">")[0] if bracket else address).rpartition("@")
    return as_domain(domain) if at else None


def _label(label: str) -> str | None:
    if len(label) > LONGEST_LABEL:
        return None
    if label.isascii():
        return label
    if not all(one == "-" or unicodedata.category(one)[0] in _READABLE for one in label):
        return None
    encoded = f"xn--{label.encode('punycode').decode('ascii')}"
    return encoded if len(encoded) <= LONGEST_LABEL else None

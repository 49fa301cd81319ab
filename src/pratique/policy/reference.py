"""What stands behind ``extends`` and the file that it stands in, in; what is to be read there out.

A preset's name, a path relative to the file, ``https://HOST/PATH#sha256:HEX`` with the digest of the bytes, or
``oci://REFERENCE`` (https://github.com/opencontainers/distribution-spec/blob/main/spec.md) with a tag or a digest.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import urlsplit

from pratique.errors import PolicyError, UsageError
from pratique.expr import did_you_mean
from pratique.oci.reference import parse as parse_image
from pratique.policy.schema import PRESETS, Reference

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+-]*:")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_OCI = "oci://"


def parse(text: str, child: str, *, remote: bool) -> Reference:
    """What ``text`` names in the policy at ``child``, which is ``remote`` if it came from a network. Raises
    ``PolicyError``, without a place."""
    if text.startswith(_OCI):
        return _artifact(text)
    if text.lower().startswith(("https:", "http:")):
        return _url(text)
    if _WORD.fullmatch(text):
        return _preset(text)
    if _SCHEME.match(text):
        raise PolicyError(f"{text!r} is no reference to a policy", hint="a path that has a colon is written ./NAME")
    if remote:
        raise PolicyError(
            f"{text!r} is a path, and a policy from a network may not name one of this machine",
            hint="a preset, a URL with its digest, or oci://REFERENCE",
        )
    return Reference("path", str(PurePath(child).parent / text) if child else text)


def _preset(text: str) -> Reference:
    if text not in PRESETS:
        near = did_you_mean(text, PRESETS) or f"; there are: {', '.join(PRESETS)}"
        raise PolicyError(f"no preset {text!r}{near}", hint="a path ends in .yaml or .yml")
    return Reference("preset", text)


def _url(text: str) -> Reference:
    place, _, digest = text.partition("#")
    try:
        parts = urlsplit(place)
    except ValueError as error:
        raise PolicyError(f"{text!r} is no URL: {error}") from error
    if parts.scheme != "https" or not parts.hostname:
        raise PolicyError(f"{text!r}: a policy is fetched by https://HOST/PATH")
    if parts.username is not None or parts.password is not None:
        raise PolicyError("a URL in a policy may not hold a user or a password")
    if not _DIGEST.fullmatch(digest):
        hint = "sha256sum FILE tells it: URL#sha256: and 64 hexadecimal digits in lower case"
        raise PolicyError(f"{text!r} needs the digest of the bytes there (#sha256:…)", hint=hint)
    return Reference("url", place, digest)


def _artifact(text: str) -> Reference:
    try:
        found = parse_image(text.removeprefix(_OCI))
    except UsageError as error:
        raise PolicyError(str(error), hint=error.hint) from error
    return Reference("oci", text, found.digest)

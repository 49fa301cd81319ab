"""What all nouns are: what comes in stays as it is, or is refused when it is decoded."""

from __future__ import annotations

import msgspec


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all nouns are: immutable, typed on decoding, unknown fields refused."""

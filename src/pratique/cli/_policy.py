"""A policy file's name in, its text out: what the commands on policies share."""

from __future__ import annotations

from pathlib import Path

from pratique.errors import PolicyError
from pratique.limits import DEFAULT as LIMITS


def text_of(name: str) -> str:
    """The file's text. Raises ``PolicyError`` where it cannot be read or is not UTF-8."""
    try:
        with Path(name).open("rb") as file:
            return file.read(LIMITS.policy + 1).decode("utf-8")
    except OSError as error:
        hint = "write one: see docs/policy.md, or pratique policy schema for your editor"
        raise PolicyError(f"cannot read the policy {name!r}: {error.strerror}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"the policy {name!r} is not UTF-8: byte {error.start}") from error

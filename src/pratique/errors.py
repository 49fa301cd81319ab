"""The exception tree. Each class carries the exit code of the command line, the HTTP status of the server, and a hint.

Foreign exceptions are translated where they enter; nothing else is raised across modules.
"""

from __future__ import annotations

import msgspec

# What msgspec raises for bytes that are no such document; for a text that is not UTF-8 it has no error of its own.
UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class PratiqueError(Exception):
    """What failed, with the value quoted; ``hint`` says what to do."""

    exit_code = 3
    status = 500

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:  # crosses processes with its hint
        return (_rebuild, (type(self), str(self), self.hint))


def _rebuild(kind: type[PratiqueError], what: str, hint: str) -> PratiqueError:
    return kind(what, hint=hint)


class UsageError(PratiqueError):
    """Wrong option, wrong policy or configuration: exit 2."""

    exit_code = 2
    status = 400


class PolicyError(UsageError):
    """A policy that cannot be used; ``what`` names file, line and column."""


class NotFound(UsageError):
    """An argument names nothing: no such file, image, tag or platform."""

    status = 404


class Undecided(PratiqueError):
    """It exists, but could not be read or assessed: exit 3."""

    status = 502


class Unreadable(Undecided):
    """Bytes that are not what they should be: truncated, corrupt, or of an unknown kind."""


class DigestMismatch(Unreadable):
    """The bytes are not those that the digest names."""


class LimitExceeded(Unreadable):
    """A bound of ``limits.py`` was reached; ``what`` names the bound."""


class NetworkError(Undecided):
    """No answer, or one that makes no sense, after the retries."""


class AuthError(NetworkError):
    """The other side wants credentials that we have not got, or refused those we sent."""


class DatabaseError(Undecided):
    """The vulnerability database is missing, damaged or of another version."""


class StorageError(Undecided):
    """Our own disk failed us: full, read-only, or not ours."""

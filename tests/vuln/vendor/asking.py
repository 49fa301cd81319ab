"""The rule of docs/feeds-redhat-suse.md on how bulletins and streams are asked, in its plainest form: an oracle for the
tests of readers, which imports nothing that matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique import version
from pratique.model import FixState, Package
from pratique.vuln.bulletin import Bulletin, Statement
from pratique.vuln.streams import Stream


def answer(bulletin: Bulletin, package: Package, streams: Iterable[Stream]) -> Statement | None:
    """The statement that makes the package affected, None where none does."""
    for stream in streams:
        for statement in decisive(bulletin, package, stream):
            text = package.source_version or package.version if _of_source(statement, package) else package.version
            if statement.state is not FixState.NOT_AFFECTED and holds(statement, text):
                return statement
    return None


def decisive(bulletin: Bulletin, package: Package, stream: Stream) -> list[Statement]:
    """What the first rank says that says anything: of the binary package, else of its source package."""
    for source in (False, True):
        for rank in stream.ranks:
            found = [each for each in bulletin.statements if each.release in rank and about(each, package, source)]
            if found:
                own = [each for each in found if each.scope.module]
                return own or found
    return []


def about(statement: Statement, package: Package, source: bool) -> bool:
    """Whether the statement is of the package, or of the source package that it was built from."""
    arches = statement.scope.arches
    if statement.scope.module and statement.scope.module != ":".join(package.module.split(":")[:2]):
        return False
    if package.module and not statement.scope.module and statement.fixed:
        return False
    if source:
        return statement.name == (package.source_name or package.name) and arches in ((), ("src",))
    return statement.name == package.name and (not arches or package.arch in arches)


def holds(statement: Statement, text: str) -> bool:
    """Whether the version lies in the statement's range."""
    key = version.key("rpm", text)
    if statement.introduced and key < version.key("rpm", statement.introduced):
        return False
    return not statement.fixed or key < version.key("rpm", statement.fixed)


def _of_source(statement: Statement, package: Package) -> bool:
    return statement.name != package.name or statement.scope.arches == ("src",)


def fixes(statements: Iterable[Statement]) -> Iterator[str]:
    """The versions that mend, as they are spelt."""
    yield from (each.fixed for each in statements if each.fixed)

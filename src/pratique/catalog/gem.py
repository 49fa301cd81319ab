"""A gem's specification in, the gem out: installed, or declared where it lies with its source. Nothing is executed.

RubyGems writes these files itself (``Gem::Specification#to_ruby``): a stub line in a comment, then assignments of
literals. Format: https://guides.rubygems.org/specification-reference/ and the stub line as ``Gem::StubSpecification``
reads it (https://docs.ruby-lang.org/en/master/Gem/StubSpecification.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.catalog._projects import is_of_a_package
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

# specifications/NAME.gemspec, and specifications/default/NAME.gemspec for the gems that Ruby itself brings
_INSTALLED = re.compile(r"(?:^|/)specifications/(?:default/)?[^/]+\.gemspec$")
_STUB = re.compile(rb"^# stub: (\S+) (\S+) (\S+) ", re.MULTILINE)
_STUB_WITHIN = 256  # the stub is the first or second line
# A literal as String#dump gives it ("…"), or as people and older RubyGems write it ('…', %q{…}, %q<…>)
_LITERAL = rb"""(?:"([^"\\\n]*)"|'([^'\\\n]*)'|%q\{([^}\n]*)\}|%q<([^>\n]*)>|%q\[([^\]\n]*)\]|%q\(([^)\n]*)\))"""


def _assignment(attribute: bytes) -> re.Pattern[bytes]:
    left = rb"^[ \t]*[a-z_]\w*\." + attribute + rb"[ \t]*=[ \t]*"
    return re.compile(left + rb"(?:Gem::Version\.new[ (][ \t]*)?" + _LITERAL, re.MULTILINE)


_NAME, _VERSION, _LICENCE = _assignment(b"name"), _assignment(b"version"), _assignment(b"license")
_LICENCE_LIST = re.compile(rb"^[ \t]*[a-z_]\w*\.licenses[ \t]*=[ \t]*\[([^\]\n]{0,4096})\]", re.MULTILINE)
_LITERALS = re.compile(_LITERAL)
# Gem::Version::ANCHORED_VERSION_PATTERN, and the names that Gem::Specification::VALID_NAME_PATTERN allows
_VALID_VERSION = re.compile(r"[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")
_VALID_NAME = re.compile(r"[a-zA-Z0-9._-]+")
_LICENCE_LENGTH = 256
_LICENCES = 32


def parse(file: File) -> Iterable[Fact]:
    """The gem of one file below ``specifications``; a gemspec elsewhere is a project's own and declares it, if its name
    and version are literals. Raises ``Unreadable`` where those of an installed one are none."""
    is_installed = _INSTALLED.search(file.path) is not None
    if not is_installed and is_of_a_package(file.path):
        return ()
    data = file.read()
    stub = _STUB.search(data, 0, _STUB_WITHIN)
    name, version = (_text(stub[1]), _text(stub[2])) if stub else (_assigned(_NAME, data), _assigned(_VERSION, data))
    if not _VALID_NAME.fullmatch(name) or not _VALID_VERSION.fullmatch(version):
        if not is_installed:
            return ()
        raise Unreadable(f"gemspec names no gem: name {name[:256]!r}, version {version[:256]!r}")
    return (Package("gem", name, version, licences=_licences(data), path=file.path, declared=not is_installed),)


def _assigned(pattern: re.Pattern[bytes], data: bytes) -> str:
    found = pattern.search(data)
    return _literal(found) if found else ""


def _licences(data: bytes) -> tuple[str, ...]:
    listed = _LICENCE_LIST.search(data)
    if listed is None:
        single = _assigned(_LICENCE, data)
        return (single[:_LICENCE_LENGTH],) if single else ()
    found = [_literal(each)[:_LICENCE_LENGTH] for each in _LITERALS.finditer(listed[1])]
    return tuple(dict.fromkeys(found[:_LICENCES]))


def _literal(found: re.Match[bytes]) -> str:
    return _text(next(group for group in found.groups() if group is not None))


def _text(data: bytes) -> str:
    return data.decode(errors="replace").strip()


CATALOGUER = Cataloguer("gem", 2, Claim(suffixes=(".gemspec",)), parse)

"""SUSE's VEX documents in, a bulletin a CVE out. https://www.suse.com/support/security/csaf/

A product of the status lists is a package (``name`` or ``name-version-release``) of a product (by its name). Packages
are binary ones, for all architectures. The version that mends stands under ``recommended``, in older documents under
``fixed``; no document tells a day, so that it comes from the advisories, whose documents hold one set of builds each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pratique.errors import LimitExceeded
from pratique.limits import Limits
from pratique.model import FixState
from pratique.vuln.bulletin import Bulletin, Unread
from pratique.vuln.vendor._csaf import Document, Products, Status, Vulnerability, decode
from pratique.vuln.vendor._gather import Gathered
from pratique.vuln.vendor._redhat import severity
from pratique.vuln.vendor._rpm_purl import Rpm, rpm
from pratique.vuln.vendor._suse_products import place, stream
from pratique.vuln.vendor._told import Told, day, told

_BUILD = re.compile(r"([^:/\s]+)-([^-:\s]+-[^-:\s]+)")  # name-version-release
_ARCH = re.compile(
    r"(.+)\.(x86_64|aarch64|aarch64_ilp32|ppc64le|ppc64|ppc|s390x|s390|i[3-6]86|ia64|armv[67]hl|riscv64|noarch|(?:no)?src)"
)


def read_document(
    name: str, data: bytes, ecosystem: str, days: Mapping[str, str], limits: Limits
) -> Iterator[Bulletin | Unread]:
    """The bulletins of one document as far as they are about the ecosystem, and what of it could not be read. ``days``
    tells when builds were published."""
    try:
        document = decode(data, limits)
        products = Products(document.product_tree, limits)
    except ValueError as error:
        yield Unread(name, str(error))
        return
    seen: set[str] = set()
    for vulnerability in document.vulnerabilities or ():
        cve = vulnerability.cve or ""
        if not cve or len(cve) > limits.feed_text or len(cve.split()) != 1 or cve in seen:
            yield Unread(name, f"a vulnerability has the CVE {cve[:100]!r}, which is none or stands twice")
            continue
        seen.add(cve)
        reader = _Reader(products, ecosystem, days, limits)
        try:
            bulletin = reader.bulletin(cve, document, vulnerability)
            if bulletin.statements:
                yield bulletin
        except (ValueError, LimitExceeded) as error:
            yield Unread(cve, str(error))
        yield from (Unread(cve, why) for why in reader.unread())


def builds(data: bytes, limits: Limits) -> tuple[str, list[str]]:
    """An advisory's day, and the builds (name-version-release) that it brings. Raises ``ValueError``."""
    document = decode(data, limits)
    found = []
    for each in document.vulnerabilities or ():
        for id_ in _mended(each.product_status or Status()):
            build = id_.partition(":")[2]
            arch = _ARCH.fullmatch(build)
            found.append(arch[1] if arch else build)
    return day(document.document.tracking.initial_release_date or ""), found


def _mended(status: Status) -> Iterator[str]:
    for ids in (status.recommended, status.first_fixed, status.fixed):
        yield from ids or ()


class _Reader:
    """One vulnerability's statuses."""

    def __init__(self, products: Products, ecosystem: str, days: Mapping[str, str], limits: Limits) -> None:
        self._products = products
        self._ecosystem = ecosystem
        self._days = days
        self._limits = limits
        self._gathered = Gathered(limits)
        self._releases: dict[str, str] = {}
        self._wrong: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def bulletin(self, cve: str, document: Document, vulnerability: Vulnerability) -> Bulletin:
        """All that is said of the ecosystem. Raises ``ValueError`` and ``LimitExceeded``."""
        about = document.document
        word = about.aggregate_severity.text if about.aggregate_severity else None
        facts = told(vulnerability.remediations, vulnerability.threats, word or "")
        self._read(vulnerability.product_status or Status(), facts)
        return Bulletin(
            id=cve,
            published=about.tracking.initial_release_date or "",
            modified=about.tracking.current_release_date or "",
            severity=severity(cve, vulnerability.scores or ()),
            statements=self._gathered.statements(stream),
        )

    def unread(self) -> Iterator[str]:
        """What was wrong with products, each reason once, with how many and the first."""
        for why, count in sorted(self._wrong.items()):
            yield f"{why}: {count} products, the first {self._first[why][:200]!r}"

    def _read(self, status: Status, facts: Told) -> None:
        for id_, release, part in self._subjects(_mended(status)):
            build = self._fixed(part)
            if build is not None:
                date = facts.days.get(id_) or self._days.get(part, "")
                subject = build.name, "", False
                self._gathered.fix(release, subject, build.version, build.arch, date, facts.rated(id_))
        for ids, state in (
            (status.known_affected, FixState.AFFECTED),
            (status.under_investigation, FixState.UNDER_INVESTIGATION),
            (status.known_not_affected, FixState.NOT_AFFECTED),
            (status.spaced, FixState.NOT_AFFECTED),
        ):
            for id_, release, part in self._subjects(ids or ()):
                state_ = facts.states.get(id_, state) if state is FixState.AFFECTED else state
                self._gathered.state(release, (self._name(part), "", False), state_, "", facts.rated(id_))

    def _subjects(self, ids: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """Id, release and component of the products that are the ecosystem's."""
        for count, id_ in enumerate(ids):
            if count >= self._limits.csaf_products:
                raise LimitExceeded(f"it has more statuses than csaf_products, {self._limits.csaf_products}")
            try:
                parts, platform = self._products.place(id_)
                release = self._release(platform)
                if release:
                    self._bounded(parts[0])
                    yield id_, release, parts[0]
            except ValueError as error:
                self._note(str(error), id_)

    def _release(self, platform: str) -> str:
        """The release, "" for a product of the other ecosystem or one that no image is of."""
        found = self._releases.get(platform)
        if found is None:
            placed = place(platform[: self._limits.feed_text])
            found = placed[1] if placed and placed[0] == self._ecosystem else ""
            self._releases[platform] = found
        return found

    def _fixed(self, part: str) -> Rpm | None:
        """The build of a component, by its package URL, else by its name."""
        told_by = self._url(part)
        if told_by is not None and told_by.version:
            return told_by
        arch = _ARCH.fullmatch(part)
        found = _BUILD.fullmatch(arch[1] if arch else part)
        if found is None:
            self._note("a package whose version is not told", part)
            return None
        return Rpm(found[1], found[2], arch[2] if arch else "")

    def _name(self, part: str) -> str:
        told_by = self._url(part)
        return told_by.name if told_by is not None else part

    def _url(self, part: str) -> Rpm | None:
        helper = self._products.helper(part)
        return rpm(helper.purl) if helper is not None and helper.purl else None

    def _bounded(self, text: str) -> None:
        if not text or len(text) > self._limits.feed_text or len(text.split()) != 1:
            raise ValueError(f"a package whose name is none, or longer than feed_text, {self._limits.feed_text}")

    def _note(self, why: str, id_: str) -> None:
        self._wrong[why] += 1
        self._first.setdefault(why, id_)

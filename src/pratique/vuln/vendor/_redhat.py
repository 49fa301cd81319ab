"""Red Hat's VEX documents in, a bulletin a CVE out.

https://redhatproductsecurity.github.io/security-data-guidelines/csaf-vex/ and …/vex-beta-details/. A product of the
status lists is a component (by package URL) of a product (by CPE). Only rpms are read: what else a container holds Red
Hat tells of the container as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from pratique.errors import LimitExceeded
from pratique.limits import Limits
from pratique.model import FixState, Severity
from pratique.vuln.bulletin import Bulletin, Unread
from pratique.vuln.feed._osv_record import Record
from pratique.vuln.feed._osv_record import Score as Rating
from pratique.vuln.feed._severity import rate
from pratique.vuln.vendor import _rpm_purl
from pratique.vuln.vendor._csaf import Document, Products, Score, Status, Vulnerability, decode
from pratique.vuln.vendor._gather import SOURCE, Gathered, Subject
from pratique.vuln.vendor._redhat_cpe import newest_minors, short, stream
from pratique.vuln.vendor._rpm_purl import rpm
from pratique.vuln.vendor._told import Told, told

_SOURCES = (SOURCE, "nosrc")
_DEBUG = ("-debuginfo", "-debugsource", "-debuginfo-common")  # symbols for debuggers: nothing in them runs


def read_document(name: str, data: bytes, limits: Limits) -> Iterator[Bulletin | Unread]:
    """The bulletins of one document, and what of it could not be read."""
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
        reader = _Reader(products, limits)
        try:
            bulletin = reader.bulletin(cve, document, vulnerability)
            if bulletin.statements:
                yield bulletin
        except (ValueError, LimitExceeded) as error:
            yield Unread(cve, str(error))
        yield from (Unread(cve, why) for why in reader.unread())
    if not document.vulnerabilities:
        yield Unread(name, "it names no vulnerability")


class _Build(msgspec.Struct, frozen=True, gc=False):
    """An rpm: whom a statement on it is about, its version ("" for all) and architecture ("" for all)."""

    subject: Subject
    version: str
    arch: str


class _Reader:
    """One vulnerability's statuses, each product looked at once."""

    def __init__(self, products: Products, limits: Limits) -> None:
        self._products = products
        self._limits = limits
        self._gathered = Gathered(limits)
        self._builds: dict[tuple[str, ...], _Build | None] = {}
        self._releases: dict[str, tuple[str, ...]] = {}
        self._main = newest_minors(products.platforms())
        self._wrong: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def bulletin(self, cve: str, document: Document, vulnerability: Vulnerability) -> Bulletin:
        """All that is said of rpms. Raises ``ValueError`` and ``LimitExceeded`` for what cannot be read at all."""
        about = document.document
        word = about.aggregate_severity.text if about.aggregate_severity else None
        facts = told(vulnerability.remediations, vulnerability.threats, word or "")
        self._read(vulnerability.product_status or Status(), facts)
        return Bulletin(
            id=cve,
            published=about.tracking.initial_release_date or "",
            modified=about.tracking.current_release_date or "",
            severity=severity(cve, vulnerability.scores or ()),
            summary=(about.title or "")[: self._limits.feed_text],
            statements=self._gathered.statements(stream),
        )

    def unread(self) -> Iterator[str]:
        """What was wrong with products, each reason once, with how many and the first."""
        for why, count in sorted(self._wrong.items()):
            yield f"{why}: {count} products, the first {self._first[why][:200]!r}"

    def _read(self, status: Status, facts: Told) -> None:
        lists = (status.fixed, status.known_affected, status.known_not_affected, status.under_investigation)
        if sum(len(each or ()) for each in lists) > self._limits.csaf_products:
            raise LimitExceeded(f"it has more statuses than csaf_products, {self._limits.csaf_products}")
        fix, days, rated = self._gathered.fix, facts.days, facts.rated
        for id_, release, build in self._subjects(status.fixed):
            if build.version:
                fix(release, build.subject, build.version, build.arch, days.get(id_, ""), rated(id_))
            else:
                self._note("fixed in a version that is not told", id_)
        # A version that is told with a state is the one that was looked at: the state is of all.
        state = self._gathered.state
        for id_, release, build in self._subjects(status.known_affected):
            state(release, build.subject, facts.states.get(id_, FixState.AFFECTED), build.arch, rated(id_))
        for ids, each in (
            (status.under_investigation, FixState.UNDER_INVESTIGATION),
            (status.known_not_affected, FixState.NOT_AFFECTED),
        ):
            for id_, release, build in self._subjects(ids):
                state(release, build.subject, each, build.arch, rated(id_))

    def _subjects(self, ids: list[str] | None) -> Iterator[tuple[str, str, _Build]]:
        """Id, release and rpm of those products that are rpms."""
        place, builds, releases = self._products.place, self._builds, self._releases
        for id_ in ids or ():
            try:
                parts, platform = place(id_)
                if not platform:  # a product as a whole, or an archive of one
                    continue
                build = builds[parts] if parts in builds else self._build(parts)
                if build is not None:
                    for release in releases.get(platform) or self._release(platform):
                        yield id_, release, build
            except ValueError as error:
                self._note(str(error), id_)

    def _build(self, parts: tuple[str, ...]) -> _Build | None:
        """The rpm that the innermost part is, None for what is none; the parts around it are its module."""
        purl = self._purl(parts[0])
        found = rpm(purl) if purl else None
        if found is None or found.name.endswith(_DEBUG):
            self._builds[parts] = None
            return None
        module = found.module
        if not module:
            modules = (_rpm_purl.module(purl) for part in parts[1:] if (purl := self._purl(part)))
            module = next(filter(None, modules), "")
        version = found.version
        if version and ":" not in version:  # Red Hat spells every epoch in its product ids, and so does OSV
            version = f"0:{version}"
        if max(map(len, (found.name, version, found.arch, module))) > self._limits.feed_text:
            raise ValueError(f"a package URL has a part longer than feed_text, {self._limits.feed_text}")
        build = _Build((found.name, module, found.arch in _SOURCES), version, found.arch)
        self._builds[parts] = build
        return build

    def _purl(self, part: str) -> str:
        helper = self._products.helper(part)
        if helper is None:
            raise ValueError("a component that the product tree does not have")
        return helper.purl or ""

    def _release(self, platform: str) -> tuple[str, ...]:
        helper = self._products.helper(platform)
        text = short(helper.cpe) if helper and helper.cpe else ""
        if not text:
            raise ValueError("a component of a product without a CPE of Red Hat's")
        if len(text) > self._limits.feed_text:
            raise ValueError(f"a CPE is longer than feed_text, {self._limits.feed_text}")
        main = self._main.get(platform)
        self._releases[platform] = (text, main) if main else (text,)
        return self._releases[platform]

    def _note(self, why: str, id_: str) -> None:
        self._wrong[why] += 1
        self._first.setdefault(why, id_)


def severity(cve: str, scores: Iterable[Score]) -> Severity:
    """The severity by the vendor's own vectors."""
    vectors = list(dict.fromkeys(vector for score in scores for vector in score.vectors()))
    return rate(Record(cve, severity=[Rating("", vector) for vector in vectors]))

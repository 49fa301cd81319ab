"""Which suppressions say what a VEX document says, and what none can say."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Action, Distro, Image, Package, Report, VexStatus, Vulnerability
from pratique.plugins import WriteOptions
from pratique.policy.evaluate import decide
from pratique.policy.schema import DEFAULT, Policy, Suppression
from pratique.promises import Asked, Promised, promised
from pratique.report import openvex as written
from pratique.vuln.vex import openvex
from pratique.vuln.vex._shape import Component, Document, Product, Statement
from pratique.vuln.vex.apply import Subject, apply

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EXPIRES = date(2026, 12, 22)
NOWHERE = Path("vex.json")
DIGEST = "sha256:" + "ab" * 32
IMAGE = f"pkg:oci/app@{DIGEST}?arch=amd64&repository_url=registry.example%2Fshop%2Fapp"
SSL = "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12"
PLAIN = {"vulnerability": {"name": "CVE-1"}, "status": "not_affected", "justification": "component_not_present"}


def document(*statements: dict[str, object], author: str = "Ann", **more: object) -> Document:
    body = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex/1",
        "author": author,
        "timestamp": "2026-11-01T00:00:00Z",
        "statements": statements,
    }
    return openvex.read(json.dumps(body | more).encode())


def of(product: str, *parts: str, **more: object) -> dict[str, object]:
    named: dict[str, object] = {"@id": product}
    if parts:
        named["subcomponents"] = [{"@id": part} for part in parts]
    return PLAIN | {"products": [named]} | more


def made(*statements: dict[str, object], **more: str | bool) -> Promised:
    return promised(document(*statements), msgspec.structs.replace(Asked(NOW, EXPIRES), **more))


def test_a_part_of_an_image() -> None:
    assert made(of(IMAGE, SSL, impact_statement="no TLS here")) == Promised(
        (
            Suppression(
                id="CVE-1",
                package="debian/libssl3",
                version="3.0.11-1",
                image=DIGEST,
                reason="not affected: component_not_present: no TLS here (VEX https://example.org/vex/1)",
                owner="Ann",
                expires=EXPIRES,
            ),
        ),
        (),
    )


def test_a_version_that_would_be_a_range_is_none() -> None:
    """It would reach further than the statement does."""
    for text in ("%3C99", "%3E%3D0", "~1"):
        found = made(of(f"pkg:pypi/django@{text}"))
        assert found.suppressions == ()
        assert "a suppression cannot say the version" in found.refused[0]


@pytest.mark.parametrize(
    ("product", "parts", "package", "version", "image"),
    [
        ("pkg:pypi/django@4.2", (), "django", "4.2", ""),
        ("pkg:pypi/django", (), "django", "", ""),
        ("pkg:npm/%40angular/core@1.0", (), "@angular/core", "1.0", ""),
        (
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            (),
            "org.apache.logging.log4j/log4j-core",
            "2.14.1",
            "",
        ),
        ("pkg:golang/github.com/a/b@v1.2.3", (), "github.com/a/b", "v1.2.3", ""),
        (IMAGE, ("pkg:rpm/rocky/bash@5.1-1?epoch=2&arch=x86_64",), "rocky/bash", "2:5.1-1", DIGEST),
        (IMAGE, ("pkg:rpm/rocky/bash@5.1-1?epoch=0",), "rocky/bash", "5.1-1", DIGEST),
        (
            "pkg:oci/app?repository_url=registry.example/shop/app",
            ("pkg:pypi/a@1",),
            "a",
            "1",
            "registry.example/shop/app",
        ),
        (
            "pkg:oci/app?repository_url=registry.example/app&tag=1",
            ("pkg:pypi/a@1",),
            "a",
            "1",
            "registry.example/app:1",
        ),
        ("registry.example/shop/app:1", ("pkg:pypi/a@1",), "a", "1", "registry.example/shop/app:1"),
    ],
)
def test_names(product: str, parts: tuple[str, ...], package: str, version: str, image: str) -> None:
    found = made(of(product, *parts))
    assert found.refused == ()
    (entry,) = found.suppressions
    assert (entry.package, entry.version, entry.image) == (package, version, image)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (of(IMAGE), "it is a whole image, and a suppression is of one package"),
        (of("pkg:docker/debian@12"), "it is a whole image"),
        (of(SSL), "cannot say arch=amd64, distro=debian-12; --vex of scan hears it"),
        (of("pkg:oci/app", "pkg:pypi/a@1"), "neither a digest nor a repository: name it with --image"),
        (of("pkg:docker/debian@12", "pkg:pypi/a@1"), "neither a digest nor a repository"),
        (
            of("pkg:oci/app?repository_url=r.example/app&arch=arm64", "pkg:pypi/a@1"),
            "cannot say which image of r.example/app",
        ),
        (of("pkg:deb/debian/git@1", "pkg:pypi/a@1"), "it is a part of pkg:deb/debian/git@1, which is no image"),
        (of("https://example.org/products/shop"), "it has no package URL"),
        (of(IMAGE, "pkg:generic/a@1?flavour=x"), "cannot say flavour=x"),
        (of(IMAGE, "pkg:golang/a/b@1#sub"), "cannot say a subpath"),
        (of(IMAGE, "pkg:generic/a%2A@1"), "cannot say 'a*'"),
        (of(IMAGE, "pkg:generic/a%20b@1"), "cannot say 'a b'"),
        (of(IMAGE, "pkg:generic"), "no package URL"),
        (of(IMAGE, "thing"), "it has no package URL"),
        (
            of(IMAGE, SSL, status="affected", justification="", action_statement="wait"),
            "it is affected, which lets nothing be",
        ),
        (
            of(IMAGE, SSL, status="under_investigation", justification=""),
            "it is under investigation, which lets nothing be",
        ),
        (of(IMAGE, SSL, timestamp="2026-11-22T12:00:01Z"), "which is yet to come"),
        (of(IMAGE, SSL, timestamp="soon"), "it does not say of when it is"),
        (of(IMAGE, SSL, vulnerability={"name": "CVE-*"}), "cannot say 'CVE-*'"),
    ],
)
def test_what_cannot_be_said_exactly_is_refused_by_name(statement: dict[str, object], told: str) -> None:
    found = made(statement)
    assert found.suppressions == ()
    (sentence,) = found.refused
    assert sentence.startswith("CVE-")
    assert told in sentence


def test_what_the_reader_refuses_is_told_too() -> None:
    found = made(of(IMAGE, SSL), of(IMAGE, SSL, justification=""))
    assert len(found.suppressions) == 1
    assert found.refused == ("statement 2: it says not_affected without a justification or an impact statement",)


def test_fixed_has_a_reason_too() -> None:
    (entry,) = made(of("pkg:pypi/a@1", status="fixed", justification="")).suppressions
    assert entry.reason == "fixed (VEX https://example.org/vex/1)"


def test_a_long_reason_is_cut() -> None:
    (entry,) = made(of("pkg:pypi/a@1", impact_statement="x" * 5000)).suppressions
    assert len(entry.reason) == 1000
    assert entry.reason.endswith("… (VEX https://example.org/vex/1)")


def test_the_owner_is_the_author_or_who_is_named() -> None:
    asked = Asked(NOW, EXPIRES)
    unsigned = document(of("pkg:pypi/a@1"), author="")
    assert "--owner" in promised(unsigned, asked).refused[0]
    (entry,) = promised(unsigned, msgspec.structs.replace(asked, owner="bob")).suppressions
    assert entry.owner == "bob"


def test_an_image_that_is_named_takes_the_place_of_the_document_s() -> None:
    (entry,) = made(of(SSL.partition("?")[0]), image=DIGEST).suppressions
    assert (entry.image, entry.package) == (DIGEST, "debian/libssl3")
    (entry,) = made(of("pkg:docker/shop/app@1", "pkg:pypi/a@1"), image="shop/app:1").suppressions
    assert entry.image == "shop/app:1"


@pytest.mark.parametrize(
    ("product", "parts", "image", "told"),
    [
        (SSL, (), DIGEST, "cannot say arch=amd64, distro=debian-12"),
        ("pkg:deb/debian/libssl3?arch=s390x", (), DIGEST, "cannot say arch=s390x"),
        ("pkg:deb/debian/libssl3?distro=debian-10", (), DIGEST, "cannot say distro=debian-10"),
        ("pkg:deb/debian/libssl3?vers=vers:deb/%3C3.0", (), DIGEST, "cannot say vers=vers:deb/<3.0"),
        ("pkg:oci/app", (SSL,), DIGEST, "cannot say arch=amd64, distro=debian-12"),
        ("pkg:oci/app?arch=s390x", ("pkg:pypi/a@1",), DIGEST, "cannot say which image of app is meant, by its arch"),
        (IMAGE, (SSL,), "sha256:" + "cd" * 32, f"it is of the image {DIGEST}, and --image names another"),
        (IMAGE, (SSL,), "registry.example/shop/app", f"it is of the image {DIGEST}, and --image names another"),
        ("shop/app:1", ("pkg:pypi/a@1",), "shop/app:2", "it is of the image shop/app:1, and --image names another"),
        ("pkg:deb/debian/git@1", ("pkg:pypi/a@1",), DIGEST, "which is no image, and a suppression cannot say that"),
    ],
)
def test_an_image_that_is_named_is_not_shown_to_be_the_one_that_is_meant(
    product: str, parts: tuple[str, ...], image: str, told: str
) -> None:
    """The caller's digest tells of no architecture, distribution or range that the statement is bound to."""
    found = made(of(product, *parts), image=image)
    assert found.suppressions == ()
    (sentence,) = found.refused
    assert told in sentence


def test_the_image_of_the_document_may_be_named_too() -> None:
    assert made(of(IMAGE, SSL), image=DIGEST) == made(of(IMAGE, SSL))
    (entry,) = made(of("shop/app:1", "pkg:pypi/a@1"), image=DIGEST).suppressions
    assert entry.image == DIGEST


AFFECTED = {"status": "affected", "justification": "", "action_statement": "upgrade"}


@pytest.mark.parametrize(
    ("product", "parts", "timestamp", "taken_back"),
    [
        (IMAGE, (SSL,), "2026-11-01T00:00:00Z", True),
        (IMAGE, (SSL,), "2026-11-02T00:00:00Z", True),
        (IMAGE, (), "2026-11-02T00:00:00Z", True),
        (IMAGE, (SSL,), "", True),
        (IMAGE, (SSL,), "2026-10-31T23:59:59Z", False),
        (IMAGE, ("pkg:deb/debian/openssl@3.0.11-1",), "2026-11-02T00:00:00Z", False),
        ("pkg:oci/other@sha256:00", (SSL,), "2026-11-02T00:00:00Z", False),
    ],
)
def test_what_another_statement_takes_back(
    product: str, parts: tuple[str, ...], timestamp: str, taken_back: bool
) -> None:
    other = of(product, *parts, **AFFECTED) | ({"timestamp": timestamp} if timestamp else {})
    for pair in ((of(IMAGE, SSL), other), (other, of(IMAGE, SSL))):
        found = made(*pair)
        assert (found.suppressions == ()) is taken_back
        assert any("another statement" in sentence for sentence in found.refused) is taken_back


def test_the_same_is_said_once() -> None:
    assert len(made(of(IMAGE, SSL), of(IMAGE, SSL)).suppressions) == 1


def test_what_is_exploited_only_where_that_is_asked_for() -> None:
    assert not made(of(IMAGE, SSL)).suppressions[0].accept_kev
    assert made(of(IMAGE, SSL), accept_kev=True).suppressions[0].accept_kev


PACKAGES = (
    Package("deb", "libssl3", "3.0.11-1", namespace="debian", arch="amd64"),
    Package("deb", "libssl3", "3.0.11-2", namespace="debian", arch="amd64"),
    Package("pypi", "libssl3", "3.0.11-1"),
    Package("pypi", "a", "1"),
)
URLS = (
    "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64",
    "pkg:deb/debian/libssl3",
    "pkg:pypi/a@1",
    "pkg:pypi/libssl3@3.0.11-1",
)
WHOLES = (IMAGE, "pkg:oci/app?repository_url=registry.example/shop/app", "pkg:oci/other@sha256:00", *URLS)
STATEMENTS = st.builds(
    Statement,
    st.sampled_from([("CVE-1",), ("CVE-2", "CVE-1"), ("CVE-3",)]),
    st.builds(
        lambda whole, parts: (Product(Component((whole,)), tuple(Component((part,)) for part in parts)),),
        st.sampled_from(WHOLES),
        st.lists(st.sampled_from(URLS), max_size=2, unique=True),
    ),
    st.sampled_from(VexStatus),
    st.sampled_from(["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2027-01-01T00:00:00Z", ""]),
    justification=st.just("component_not_present"),
)


@given(st.lists(STATEMENTS, min_size=1, max_size=4))
def test_a_suppression_lets_nothing_be_that_the_document_itself_would_not(statements: list[Statement]) -> None:
    """Against ``vex.apply``, of what both can tell apart: a suppression does not say a package's type."""
    said = Document("d", "Ann", tuple(statements))
    image = Image("t", "registry.example/shop/app", DIGEST)
    findings = tuple(Vulnerability("CVE-1", package=package) for package in PACKAGES if package.type != "pypi")
    report = Report("t", "", image=image, distro=Distro("debian", "12"), packages=PACKAGES, findings=findings)
    deb = [each for each in promised(said, Asked(NOW, EXPIRES)).suppressions if each.package.startswith("debian/")]
    silenced = decide(report, Policy(gate=DEFAULT.gate, suppress=tuple(deb)), NOW)
    heard = apply(findings, Subject(image, report.distro, PACKAGES), [(NOWHERE, said)], NOW).findings
    for one, other in zip(silenced.findings, heard, strict=True):
        assert isinstance(other, Vulnerability)
        if one.decision.suppressed_until:
            assert other.vex is not None
            assert other.vex.status in (VexStatus.NOT_AFFECTED, VexStatus.FIXED)


def test_our_own_document_comes_back_as_what_it_says() -> None:
    package = PACKAGES[0]
    report = Report(
        "t",
        "2026-11-22T11:00:00Z",
        image=Image("t", "registry.example/shop/app", DIGEST),
        distro=Distro("debian", "12"),
    )
    found = Vulnerability("CVE-1", package=package)
    said = document(of(IMAGE, SSL))
    (heard,) = apply((found,), Subject(report.image, report.distro, (package,)), [(NOWHERE, said)], NOW).findings
    decided = decide(msgspec.structs.replace(report, findings=(heard,)), DEFAULT, NOW)
    again = openvex.read(written.write((decided,), WriteOptions()).encode())
    (entry,) = promised(again, Asked(NOW, EXPIRES)).suppressions
    plain = decide(
        msgspec.structs.replace(report, findings=(found,)),
        Policy(gate=DEFAULT.gate, suppress=(entry,)),
        NOW + timedelta(1),
    )
    assert plain.findings[0].decision.action is Action.ALLOW
    assert plain.findings[0].decision.suppressed_until == EXPIRES.isoformat()

"""The text of a baseline: what is wrong in one has its place; what is written is read as it was."""

from __future__ import annotations

import json
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import NOON, finding, report
from pratique.errors import PolicyError, UsageError
from pratique.limits import Limits
from pratique.model import Action, Decision, Image, Malware, Package, Report, Vulnerability
from pratique.policy.baseline import Baseline, Entry, load
from pratique.policy.baseline_file import Taken, taken

TEXT = """\
# by hand
version: 1
created: 2026-11-22
owner: platform@example.org
reason: taken over with the service
expires: 2027-02-20
findings:
  - {id: CVE-2023-1, package: "deb/openssl", image: "registry.example/app"}
  - {id: base-unpinned, image: registry.example/app}
"""
CREATED, EXPIRES = date(2026, 11, 22), date(2027, 2, 20)


def read(text: str) -> Baseline:
    return load(text, "b.yaml")


def test_yaml_and_json_say_the_same() -> None:
    found = read(TEXT)
    assert found.file.findings == (
        Entry("CVE-2023-1", "deb/openssl", "registry.example/app"),
        Entry("base-unpinned", "", "registry.example/app"),
    )
    assert (found.file.created, found.file.expires, found.path) == (CREATED, EXPIRES, "b.yaml")
    other = read(msgspec.json.encode(found.file).decode())
    assert other.file == found.file
    assert other.digest != found.digest


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("owner:", "ownr:", "4:1", "no key 'ownr' here; did you mean 'owner'?"),
        ("package:", "packages:", "8:22", "no key 'packages' here; did you mean 'package'?"),
        ("expires: 2027-02-20\n", "", "2:1", "'expires' is missing here"),
        ("owner: platform@example.org\n", "", "2:1", "'owner' is missing here"),
        ("{id: CVE-2023-1, ", "{", "8:5", "'id' is missing here"),
        ("2027-02-20", "next year", "6:10", "expires: expected a day as YYYY-MM-DD, not 'next year'"),
        ("2027-02-20", "2026-11-21", "6:10", "expires: 2026-11-21 is before created: 2026-11-22"),
        ("2027-02-20", "2027-02-30", "6:10", "expected a day as YYYY-MM-DD"),
        ("CVE-2023-1", "CVE-*", "8:10", "a blanket entry is refused"),
        ('"deb/openssl"', '"deb/?"', "8:31", "a blanket entry is refused"),
        ("version: 1", "version: 2", "2:10", "2"),
        ("taken over with the service", "''", "5:9", "''"),
        ("{id: base-unpinned, image: registry.example/app}", "{id: CVE-2}", "9:5", "without package and image"),
        ("findings:", "findings: &all", "7:11", "anchors and aliases have no place in a baseline"),
        ("owner: platform", "owner: !!str platform", "4:8", "has no place in a baseline"),
        ("version: 1", "version: 1\nversion: 1", "3:1", "stands here a second time"),
        ("version: 1", "version: [1", "3:8", "no YAML"),
    ],
)
def test_errors_have_a_place(old: str, new: str, place: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read(TEXT.replace(old, new, 1))
    message = str(caught.value)
    assert message.startswith(f"b.yaml:{place}: ")
    assert told in message


@pytest.mark.parametrize("text", ["", "[]", "{}", "1", "null", "findings: []", "\x00", "- a\n", "{" * 2000, "\ud800"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(PolicyError, match=r"^b\.yaml"):
        read(text)


def test_it_is_bounded() -> None:
    with pytest.raises(PolicyError, match="the baseline is longer than 100 characters"):
        load(TEXT, "b.yaml", Limits(baseline=100))
    many = "".join(f"  - {{id: CVE-{number}, image: a}}\n" for number in range(35_001))
    with pytest.raises(PolicyError, match="length <= 35000"):
        read(TEXT + many)


def made(*reports: Report, everything: bool = False) -> Taken:
    return taken(reports, "ann", "why: because", CREATED, EXPIRES, everything=everything)


FAILED, WARNED = Decision(Action.FAIL, "epss"), Decision(Action.WARN, "watch")


def found(spec: dict[str, object], decision: Decision) -> Vulnerability | Malware:
    made = finding(spec)
    assert isinstance(made, Vulnerability | Malware)
    return msgspec.structs.replace(made, decision=decision)


def saved(*findings: Vulnerability | Malware, image: str = "registry.example:5000/shop/app:1") -> Report:
    return msgspec.structs.replace(report({"image": image}), findings=findings)


def test_what_fails_and_warns_is_taken_once_and_in_order() -> None:
    one = saved(found({"id": "CVE-2"}, WARNED), found({"id": "CVE-1"}, FAILED), found({"id": "CVE-1"}, FAILED))
    other = saved(found({"id": "CVE-1", "package": "npm:left-pad 1"}, FAILED), image="a b.tar")
    result = made(one, other)
    assert result.text == (
        "# What was found on 2026-11-22 and is let be through 2027-02-20. What is known to be exploited, and malware,\n"
        "# is never in a baseline.\n"
        "version: 1\n"
        "created: 2026-11-22\n"
        'owner: "ann"\n'
        'reason: "why: because"\n'
        "expires: 2027-02-20\n"
        "findings:\n"
        '  - {id: CVE-1, package: "npm/left-pad", image: "a b.tar"}\n'
        '  - {id: CVE-1, package: "deb/bash", image: "registry.example:5000/shop/app"}\n'
        '  - {id: CVE-2, package: "deb/bash", image: "registry.example:5000/shop/app"}\n'
    )
    assert (result.count, result.left) == (3, ())
    assert made(other, one).text == result.text
    assert len(read(result.text).file.findings) == 3


def test_what_is_not_taken_is_told() -> None:
    silenced = Decision(Action.ALLOW, "epss", suppressed_until="2026-12-01", owner="o", reason="r")
    result = made(
        saved(
            found({"id": "CVE-1", "kev": "2026-01-01"}, FAILED),
            found({"id": "MAL-1", "kind": "malware"}, FAILED),
            found({"id": "CVE-2"}, silenced),
            found({"id": "CVE-3"}, Decision()),
            found({"id": "CVE-4"}, msgspec.structs.replace(silenced, baseline="2026-11-01")),
            found({"id": "CVE-5"}, Decision(Action.ALLOW, "x", vex="fixed")),
            found({"id": "CVE-*"}, FAILED),
        )
    )
    assert (result.count, read(result.text).file.findings) == (0, ())
    assert result.left == (
        "left out: 1 finding below the gate (policy baseline --all takes them too)",
        "left out: 1 finding in a baseline already: scan without it to take them anew",
        "left out: 1 finding known to be exploited, which is never in a baseline (CVE-1 in deb/bash)",
        "left out: 1 finding malware, which is never in a baseline (MAL-1 in deb/bash)",
        "left out: 1 finding of a name that is too long, empty, or holds what a baseline cannot",
        "left out: 2 findings silenced already, by a suppression or VEX",
    )


def test_everything_is_also_what_is_below_the_gate() -> None:
    one = saved(found({"id": "CVE-3"}, Decision()), found({"id": "CVE-4", "kev": "2026-01-01"}, FAILED))
    assert [entry.id for entry in read(made(one, everything=True).text).file.findings] == ["CVE-3"]


def test_an_image_is_named_by_its_digest_where_it_has_no_name() -> None:
    one = saved(found({"id": "CVE-1"}, FAILED))
    for name in ("", "registry.example/app:1"):  # its own word
        (entry,) = read(made(msgspec.structs.replace(one, image=Image("x", name, "sha256:1"))).text).file.findings
        assert entry.image == "sha256:1"
    (told,) = made(msgspec.structs.replace(one, image=Image("x", "app", "sha256:" + "1" * 64))).left
    assert told.startswith(
        "sha256:111111111111… is named by its digest, and the next build has another: scan with --name"
    )
    for image in (Image("x", "registry.example/app:1"), Image("x", "registry.example/app:1", "sha256:1", stated=True)):
        with pytest.raises(UsageError, match="nobody but its maker says which image") as caught:
            made(msgspec.structs.replace(one, image=image))
        assert "--name NAME" in caught.value.hint
    with pytest.raises(UsageError, match="could not be read"):
        made(Report("gone", NOON))


@pytest.mark.parametrize(("owner", "reason"), [("", "r"), ("o", " "), ("o\n", "r"), ("o", "r" * 1001), ("\x7f", "r")])
def test_who_and_why_are_a_line_each(owner: str, reason: str) -> None:
    with pytest.raises(UsageError, match=r"^--(owner|reason): "):
        taken((saved(),), owner, reason, CREATED, EXPIRES)


TEXTS = st.text(max_size=12)


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_is_written_is_read_as_it_was(name: str, package: str, image: str, owner: str, reason: str) -> None:
    one = Vulnerability(name, package=Package("generic", package, "1"), decision=FAILED)
    whole = msgspec.structs.replace(report({"image": image}), findings=(one,))
    if not all(text.strip() and text.isprintable() for text in (owner, reason)):
        with pytest.raises(UsageError):
            taken((whole,), owner, reason, CREATED, EXPIRES)
        return
    result = taken((whole,), owner, reason, CREATED, EXPIRES)
    asked = read(result.text)
    assert (asked.file.owner, asked.file.reason) == (owner, reason)
    assert len(asked.file.findings) == result.count
    if result.count:
        assert asked.file.findings[0].id == name
        assert asked.file.findings[0].package == f"generic/{package}" if package else "generic"


def test_it_is_json_within_yaml() -> None:
    text = made(saved(found({"id": 'x"}, {id: CVE-1'}, FAILED))).text
    (entry,) = read(text).file.findings
    assert entry.id == 'x"}, {id: CVE-1'
    assert json.dumps(entry.id) in text


@given(st.integers(0, len(TEXT)), st.integers(0, 20), st.text(max_size=6))
def test_whatever_is_in_its_place_it_is_read_or_refused(place: int, gone: int, put: str) -> None:
    refused = ""
    try:
        found = read(TEXT[:place] + put + TEXT[place + gone :])
    except PolicyError as error:
        refused = str(error)
    if refused:
        assert refused.startswith("b.yaml:")
        return
    assert found.file.expires >= found.file.created
    assert all(entry.package or entry.image for entry in found.file.findings)

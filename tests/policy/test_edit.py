"""Edits of a policy's suppressions leave all else as it was, comments too, and the policy is what it should be."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import PolicyError, UsageError
from pratique.policy import schema
from pratique.policy.edit import added, pruned, renewed
from pratique.policy.schema import Suppression

FILE = """# ours
gate:
  - {name: kev, when: finding.kev, action: fail}  # the floor

# promises
suppress:
  # zlib: see ticket 12
  - id: CVE-1
    package: zlib1g
    reason: "not: built"   # by Debian
    owner: a@example.org
    expires: 2026-12-31  # year's end
  # the flow form
  - {id: CVE-2, package: x, reason: r, owner: o, expires: 2026-12-01}

  - id: CVE-3
    package: y
    reason: 'quoted'
    owner: o
    expires: "2026-12-02"

# the rest
on_unknown: block
"""
NEW = Suppression(
    id="CVE-9", package="libfoo", reason="why: because # of", owner="me", expires=date(2027, 1, 1), version="1.0"
)


def entries(text: str) -> tuple[Suppression, ...]:
    return schema.load(text, "p.yaml").suppress


def test_add_is_the_last_and_all_else_stays() -> None:
    found = added(FILE, "p.yaml", NEW)
    assert entries(found) == (*entries(FILE), NEW)
    left = [line for line in found.splitlines() if line not in FILE.splitlines()]
    assert [line.strip() for line in left] == [
        "- id: CVE-9",
        "package: libfoo",
        'version: "1.0"',
        'reason: "why: because # of"',
        "owner: me",
        "expires: 2027-01-01",
    ]
    assert found.endswith("\n# the rest\non_unknown: block\n")


@pytest.mark.parametrize("text", [FILE, "", FILE.replace("# the rest\non_unknown: block\n", ""), "version: 1\n"])
def test_several_at_once_are_one_after_the_other(text: str) -> None:
    other = msgspec.structs.replace(NEW, id="CVE-10")
    assert added(text, "p.yaml", NEW, other) == added(added(text, "p.yaml", NEW), "p.yaml", other)


@pytest.mark.parametrize("text", ["", "\n", "version: 1", "gate:\n  - {name: a, when: finding.kev, action: fail}\n"])
def test_add_to_a_file_without_any(text: str) -> None:
    assert entries(added(text, "p.yaml", NEW)) == (NEW,)


def test_renew_changes_two_values() -> None:
    found = renewed(FILE, "p.yaml", 0, date(2027, 1, 31), "still: so")
    changed = [(a, b) for a, b in zip(FILE.splitlines(), found.splitlines(), strict=True) if a != b]
    assert changed == [
        ('    reason: "not: built"   # by Debian', '    reason: "still: so"   # by Debian'),
        ("    expires: 2026-12-31  # year's end", "    expires: 2027-01-31  # year's end"),
    ]
    for index in (1, 2):
        made = entries(renewed(FILE, "p.yaml", index, date(2027, 1, 31)))
        assert made[index] == msgspec.structs.replace(entries(FILE)[index], expires=date(2027, 1, 31))


@pytest.mark.parametrize(
    "written", [r'"a \\ \"q\" expires: x"', "'it''s'", "'a # b'", r'"text #1: \"q\""', "it's", '"\'"']
)
def test_renew_takes_the_place_of_a_quoted_reason_as_a_whole(written: str) -> None:
    text = FILE.replace('"not: built"', written, 1)
    found = entries(renewed(text, "p.yaml", 0, date(2027, 1, 31), "again"))
    assert found == (
        msgspec.structs.replace(entries(FILE)[0], reason="again", expires=date(2027, 1, 31)),
        *entries(FILE)[1:],
    )


@pytest.mark.parametrize("gone", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
def test_prune_takes_the_comments_above_along_and_no_others(gone: tuple[int, ...]) -> None:
    found = pruned(FILE, "p.yaml", gone)
    assert entries(found) == tuple(one for index, one in enumerate(entries(FILE)) if index not in gone)
    assert ("# zlib: see ticket 12" in found) is (0 not in gone)
    assert ("# the flow form" in found) is (1 not in gone)
    for kept in ("# ours", "# the floor", "# promises", "# the rest"):
        assert kept in found
    assert "\n\n\n" not in found


def test_prune_of_all_leaves_a_policy() -> None:
    assert entries(pruned(FILE, "p.yaml", (0, 1, 2))) == ()
    assert schema.load(pruned(added("", "p.yaml", NEW), "p.yaml", (0,)), "p.yaml").suppress == ()


def test_what_is_not_edited() -> None:
    with pytest.raises(PolicyError, match="in brackets"):
        added("suppress: [{id: CVE-1, package: x, reason: r, owner: o, expires: 2026-12-01}]\n", "p.yaml", NEW)
    for several in ("not\n      built", '"not\n      built"'):
        with pytest.raises(PolicyError, match=r"^p\.yaml:10: reason is written over several lines"):
            renewed(FILE.replace('"not: built"   # by Debian', several), "p.yaml", 0, date(2027, 1, 1), "r")
    for text in ("{version: 1}\n", '# ours\n{"version": 1,\n "suppress": []}\n'):
        with pytest.raises(PolicyError, match=rf"^p\.yaml:{text.count('#') + 1}: the policy is written in brackets"):
            added(text, "p.yaml", NEW)
    with pytest.raises(PolicyError):
        added("gaet: 1\n", "p.yaml", NEW)
    with pytest.raises(UsageError, match="no suppression"):
        pruned("version: 1\n", "p.yaml", (0,))


@pytest.mark.parametrize("header", [">-", ">", "|", "|+  # why", ">2-"])
@pytest.mark.parametrize("is_last", [False, True])
def test_a_reason_of_several_lines_makes_room_for_one(header: str, is_last: bool) -> None:
    """Whatever the block holds: what looks like a comment or a key is its text."""
    block = f"    reason: {header}\n      not\n\n      # built\n      expires: never\n"
    text = FILE.replace('    reason: "not: built"   # by Debian\n', "" if is_last else block)
    if is_last:
        text = text.replace("  # year's end\n", f"  # year's end\n{block}\n")
    assert "never" in entries(text)[0].reason
    found = renewed(text, "p.yaml", 0, date(2027, 1, 31), "still")
    assert entries(found) == (
        msgspec.structs.replace(entries(text)[0], reason="still", expires=date(2027, 1, 31)),
        *entries(text)[1:],
    )
    assert ("# why" in found) is ("# why" in header)
    gone = set(text.splitlines()) - set(found.splitlines())
    assert {line.strip().partition(":")[0] for line in gone} == {"reason", "not", "# built", "expires"}
    assert found.count("\n\n") == text.count("\n\n") - 1


@pytest.mark.parametrize("end", ["...\n", "...  # the end\n\n# ours\n"])
@pytest.mark.parametrize(
    "text", ["version: 1\n", "suppress: []\n", "suppress:\n", FILE, FILE.partition("# the rest")[0]]
)
def test_nothing_is_added_behind_the_end(text: str, end: str) -> None:
    found = added(text + end, "p.yaml", NEW)
    assert found == added(text, "p.yaml", NEW) + end
    count = len(entries(found))
    assert pruned(found, "p.yaml", range(count)) == pruned(found.removesuffix(end), "p.yaml", range(count)) + end
    later = renewed(found, "p.yaml", count - 1, date(2027, 2, 1), "again")
    assert entries(later)[-1].reason == "again"
    assert later.endswith(end)


TEXT = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()) and text.isprintable())


ENTRIES = st.builds(
    Suppression,
    id=st.from_regex(r"CVE-[0-9]{1,4}", fullmatch=True),
    package=st.just("p"),
    reason=TEXT,
    owner=TEXT,
    expires=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)


@given(st.lists(ENTRIES, min_size=1, max_size=5), st.sampled_from(["", "\n", "# more\n\n"]), st.data())
def test_any_edits_are_what_they_say(wanted: list[Suppression], more: str, data: st.DataObject) -> None:
    text = f"# top\nversion: 1\n{more}"
    for entry in wanted:
        text = added(text, "p", entry)
    assert entries(text) == tuple(wanted)
    gone = data.draw(st.sets(st.integers(0, len(wanted) - 1), min_size=1))
    left = [entry for index, entry in enumerate(wanted) if index not in gone]
    assert entries(pruned(text, "p", sorted(gone))) == tuple(left)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("suppress: []", "suppress:"),
        ("suppress: [ ]  # none yet", "suppress:  # none yet"),
        ("suppress : []", "suppress :"),
        ("suppress:", "suppress:"),
        ("suppress:  # none yet\n  # - id: CVE-1", "suppress:  # none yet"),
    ],
)
def test_an_empty_list_is_begun(line: str, left: str) -> None:
    found = added(f"# ours\n{line}\nversion: 1\n", "p.yaml", NEW)
    assert entries(found) == (NEW,)
    lines = found.splitlines()
    assert (lines[:2], lines[-1]) == (["# ours", left], "version: 1")


def test_an_empty_list_over_several_lines_is_not_edited() -> None:
    with pytest.raises(PolicyError, match="written in brackets"):
        added("suppress: [\n]\n", "p.yaml", NEW)
    with pytest.raises(UsageError, match="there is no suppression"):
        pruned("suppress: []\n", "p.yaml", [])


def test_lines_end_as_they_did() -> None:
    text = FILE.replace("\n", "\r\n")
    more = added(text, "p.yaml", NEW)
    later = renewed(more, "p.yaml", 0, date(2027, 1, 2))
    for found in (more, later, pruned(later, "p.yaml", [1])):
        assert found.count("\n") == found.count("\r\n")
    assert more.replace("\r\n", "\n") == added(FILE, "p.yaml", NEW)

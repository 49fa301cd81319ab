"""Red Hat's content manifests and content sets, in the forms that its documentation shows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.content_manifests import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Channel

OLD = "root/buildinfo/content_manifests/ubi9-container-9.4-1214.json"
NEW = "usr/share/buildinfo/content-sets.json"


def sets(data: object, path: str = OLD) -> list[str]:
    facts = list(parse(memory_file(path, json.dumps(data).encode())))
    assert all(isinstance(fact, Channel) and (fact.kind, fact.path) == ("rpm", path) for fact in facts)
    return [fact.name for fact in facts if isinstance(fact, Channel)]


def test_a_manifest_of_a_layer() -> None:
    names = ["rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2", "rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2"]
    metadata = {"icm_version": 1, "image_layer_index": 1}
    assert sets({"metadata": metadata, "content_sets": names, "image_contents": [{"purl": "pkg:golang/x"}]}) == names


def test_content_sets_of_an_image() -> None:
    names = ["rhel-9-for-aarch64-appstream-rpms", "rhel-9-for-aarch64-appstream-source-rpms"]
    assert sets({"metadata": {}, "from_dnf_hint": True, "content_sets": [*names, names[0]]}, NEW) == names


@pytest.mark.parametrize(
    "data", [{"content_sets": None}, {"content_sets": []}, {"content_sets": ["", "a b", "x" * 600]}]
)
def test_nothing_is_said(data: object) -> None:
    assert sets(data) == []


@pytest.mark.parametrize("data", [[], {}, None, 1, {"content_sets": "x"}, {"content_sets": [1]}, {"content_sets": {}}])
def test_another_form_is_told_of(data: object) -> None:
    with pytest.raises(Unreadable, match="no content manifest"):
        sets(data)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'{"content_sets": ["\xe9"]}'])
def test_what_is_no_json_is_told_of(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(OLD, data)))


def test_a_file_that_is_too_large() -> None:
    with pytest.raises(LimitExceeded, match=r"limits\.config"):
        list(parse(memory_file(OLD, b" " * (DEFAULT.config + 1))))


@given(st.binary(max_size=200))
def test_hostile(data: bytes) -> None:
    survives(CATALOGUER, OLD, data)

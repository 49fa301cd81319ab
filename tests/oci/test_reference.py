from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import UsageError
from pratique.oci.reference import Reference, familiar, given_name, is_host, is_reference, is_same, parse

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "full", "name"),
    [
        ("debian", "docker.io/library/debian", "debian"),
        ("debian:12-slim", "docker.io/library/debian:12-slim", "debian:12-slim"),
        ("docker.io/debian:12", "docker.io/library/debian:12", "debian:12"),
        ("index.docker.io/debian", "docker.io/library/debian", "debian"),
        ("a/b", "docker.io/a/b", "a/b"),
        ("a/b/c:1", "docker.io/a/b/c:1", "a/b/c:1"),
        ("localhost/x", "localhost/x", "localhost/x"),
        ("localhost:5000/x:1", "localhost:5000/x:1", "localhost:5000/x:1"),
        ("host:5000/x", "host:5000/x", "host:5000/x"),
        ("ghcr.io/a/b:v1.2.3", "ghcr.io/a/b:v1.2.3", "ghcr.io/a/b:v1.2.3"),
        ("[::1]:5000/x", "[::1]:5000/x", "[::1]:5000/x"),
        ("HOST/x", "HOST/x", "HOST/x"),
        ("x:5000", "docker.io/library/x:5000", "x:5000"),
        ("a__b--c.d/e_f:T_1.2-3", "docker.io/a__b--c.d/e_f:T_1.2-3", ""),
        (f"debian@{DIGEST}", f"docker.io/library/debian@{DIGEST}", "debian"),
        (f"q.io/a:1@{DIGEST}", f"q.io/a:1@{DIGEST}", "q.io/a:1"),
        ("a@sha512:" + "0" * 128, "docker.io/library/a@sha512:" + "0" * 128, "a"),
    ],
)
def test_parses(text: str, full: str, name: str) -> None:
    if text.startswith("a__b"):
        text, full = "x/" + text, full.replace("docker.io/", "docker.io/x/")
        name = text
    assert str(parse(text)) == full
    assert parse(text).name == name


def test_asks_by_digest_then_tag_then_latest() -> None:
    assert parse("a").selector == "latest"
    assert parse("a:1").selector == "1"
    assert parse(f"a:1@{DIGEST}").selector == DIGEST


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":tag",
        "a:",
        "a:-x",
        "a:" + "x" * 129,
        "a@",
        "a@sha256:abc",
        f"a@{DIGEST.upper()}",
        "a@md5:" + "0" * 32,
        "-a",
        "a-",
        "a..b",
        "a___b",
        "a//b",
        "/a",
        "a/",
        "a b",
        "a\nb",
        "a/b?c",
        "a/b#c",
        "a/../b",
        "é",
        "host:99999/x",
        "host:port/x",
        "ab" * 32,
        "a/" + "b" * 300,
        "a%2fb",
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="lower case") as caught:
        parse("ghcr.io/Acme/App:1")
    assert "ghcr.io/acme/app:1" in caught.value.hint
    with pytest.raises(UsageError, match="URL"):
        parse("https://ghcr.io/a/b")
    with pytest.raises(UsageError, match="image id"):
        parse("ab" * 32)


LABEL = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\Z")
REPOSITORY = st.lists(st.from_regex(r"\A[a-z0-9]{1,5}([._-][a-z0-9]{1,5})?\Z"), min_size=1, max_size=4).map("/".join)
HOST = st.builds(
    lambda parts, port: ".".join(parts) + (f":{port}" if port else ""),
    st.lists(LABEL, min_size=2, max_size=3),
    st.integers(0, 65535),
)


@given(HOST, REPOSITORY, st.from_regex(r"\A([A-Za-z0-9_][A-Za-z0-9_.-]{0,20})?\Z"), st.sampled_from(["", DIGEST]))
def test_what_is_written_is_read(host: str, repository: str, tag: str, digest: str) -> None:
    reference = Reference(host, repository, tag, digest)
    assert parse(str(reference)) == reference
    assert is_host(host)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        reference = parse(text)
    except UsageError:
        assert familiar(text) == text
        return
    assert parse(str(reference)) == reference
    assert not set("?#%\\ \n\t") & set(str(reference))
    assert ".." not in str(reference).split("/")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a:1", "docker.io/library/a:1", True),
        ("a", "a:latest", True),
        ("a:1", "a:2", False),
        ("a:1", "registry.example/a:1", False),
        ("No Name", "No Name", True),
        ("No Name", "a", False),
    ],
)
def test_two_texts_for_one_image(one: str, other: str, same: bool) -> None:
    assert is_same(one, other) is is_same(other, one) is same


def test_a_name_that_is_given() -> None:
    assert given_name("docker.io/library/a:1") == "a:1"
    assert given_name("registry.example/a") == "registry.example/a"
    for text in ("", "No Name", "a@sha256:" + "0" * 64):
        with pytest.raises(UsageError):
            given_name(text)
    assert is_reference("a:1")
    assert not is_reference("No Name")

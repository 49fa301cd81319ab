"""JSON, TOML and YAML: what of them is read, and what is refused, against their own libraries."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog._documents import Yaml, from_json, from_toml, from_yaml
from pratique.errors import LimitExceeded, Unreadable

TEXTS = st.text("ab: -#'\"\n[]{}é1.", max_size=8)
NODES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@settings(max_examples=80, deadline=None)
@given(NODES)
def test_yaml_is_read_as_its_library_reads_it(node: Yaml) -> None:
    assert from_yaml(yaml.safe_dump(node, default_style='"').encode(), "document") == node


def test_yaml_leaves_scalars_as_they_are_written() -> None:
    assert from_yaml(b"a: 1.10\nb: no\nc: ~\nd: 2001-01-01", "document") == {
        "a": "1.10",
        "b": "no",
        "c": "~",
        "d": "2001-01-01",
    }
    assert from_yaml(b"", "document") == from_yaml(b"# only this", "document") == ""


def test_of_two_members_of_one_name_the_last_one_holds() -> None:
    assert from_yaml(b"a: 1\na: 2", "document") == {"a": "2"}
    assert from_json(b'{"a": "1", "a": "2"}', dict[str, str], "document") == {"a": "2"}
    with pytest.raises(Unreadable):
        from_toml(b"a = '1'\na = '2'", dict[str, str], "document")


@pytest.mark.parametrize(
    "data", [b"a: &a [1]\nb: *a", b"a: *b", b"&a [*a]", b"a: [", b"\x00", b"a: !!python/name:x [y"]
)
def test_yaml_that_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        from_yaml(data, "document")


def test_yaml_s_aliases_of_scalars() -> None:
    assert from_yaml(b"a: &x 1\nb: *x\nc: &x 2\nd: *x", "document") == {"a": "1", "b": "1", "c": "2", "d": "2"}


@pytest.mark.parametrize("data", [b"- " * 70 + b"a", b"{a: " * 70 + b"b" + b"}" * 70, b"#" * (5 << 20)])
def test_yaml_past_a_bound(data: bytes) -> None:
    with pytest.raises(LimitExceeded):
        from_yaml(data, "document")


@pytest.mark.parametrize("data", [b"a = 1", b"a", b"\xff", b"a = 2001-99-99", b"a = '1' b"])
def test_toml_that_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no document"):
        from_toml(data, dict[str, str], "document")


@pytest.mark.parametrize(
    "data", [b"a = " + b"[" * 10_000, b"a." * 33 + b"b = 1", b"['a' . " + b"b . " * 33 + b"c]", b"#" * (17 << 20)]
)
def test_toml_past_a_bound(data: bytes) -> None:
    with pytest.raises(LimitExceeded):
        from_toml(data, dict[str, str], "document")


def test_toml_with_many_dots_that_are_no_keys() -> None:
    url = "https://" + "a." * 20 + "org/x"
    text = f'a = "{url}"\nb = "{", ".join([url] * 9)}"\n'
    assert from_toml(text.encode(), dict[str, str], "document")["a"] == url


@pytest.mark.parametrize("data", [b"", b"[]", b'{"a": 1}', b"\xff", b'{"a": "\xff"}'])
def test_json_that_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no document"):
        from_json(data, dict[str, str], "document")
    with pytest.raises(LimitExceeded):
        from_json(b'{"b":' * 20_000 + json.dumps("").encode() + b"}" * 20_000, dict[str, object], "document")


_THREADS = """
import sys, threading
import msgspec
from pratique.catalog._documents import from_json, from_toml

sys.setswitchinterval(1e-6)
for number in range(100):
    inner = msgspec.defstruct(f"Inner{number}", [("a", int, 0)], module="__main__")
    middle = msgspec.defstruct(f"Middle{number}", [("b", list[inner], ())], module="__main__")
    fields = [("c", dict[str, middle]), ("d", inner | None, None)]
    outer = msgspec.defstruct(f"Outer{number}", fields, module="__main__")
    start = threading.Barrier(4)

    def read(place):
        start.wait()
        if place % 2:
            from_json(b'{"c": {"x": {"b": [{"a": 1}]}}, "d": {"a": 2}}', outer, "document")
        else:
            from_toml(b"c.x.b = [{a = 1}]\\nd.a = 2", outer, "document")

    threads = [threading.Thread(target=read, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("read")
"""


def test_threads_may_meet_a_type_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", _THREADS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "read\n", "")

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._php_serialized import Value, read
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

_values = st.recursive(
    st.text(max_size=8).filter(lambda text: "\ud800" not in text),
    lambda inner: st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def written(value: Value) -> bytes:
    if isinstance(value, str):
        data = value.encode()
        return b's:%d:"%s";' % (len(data), data)
    return b"a:%d:{%s}" % (len(value), b"".join(written(key) + written(one) for key, one in value.items()))


@given(_values)
def test_what_is_written_is_read_again(value: Value) -> None:
    assert read(written(value)) == value


def test_scalars() -> None:
    assert read(b'a:4:{i:0;i:-5;s:1:"a";N;s:1:"b";b:1;s:1:"c";d:0.5;}') == {"0": "-5", "a": "", "b": "1", "c": "0.5"}


def test_what_php_writes() -> None:
    php = shutil.which("php")
    if php is None:
        pytest.skip("no php on this machine")
    script = 'echo serialize(["a" => ["b", "ü\\"};", 1.5, null, true], "c" => []]);'
    done = subprocess.run([php, "-r", script], capture_output=True, check=True)
    assert read(done.stdout) == {"a": {"0": "b", "1": 'ü"};', "2": "1.5", "3": "", "4": "1"}, "c": {}}


@pytest.mark.parametrize(
    "data", [b"", b"x", b'O:1:"A":0:{}', b's:5:"a";', b'a:1:{s:1:"a";', b'a:1:{s:1:"a";}', b"}", b'a:1:{a:0:{}s:1:"']
)
def test_what_is_no_array_is_not_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


def test_bounds() -> None:
    with pytest.raises(LimitExceeded, match="json_depth"):
        read(b"a:1:{i:0;" * 1000)
    with pytest.raises(LimitExceeded, match="file_list"):
        read(bytes(DEFAULT.file_list + 1))

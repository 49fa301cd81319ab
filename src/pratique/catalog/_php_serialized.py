"""A value as PHP's ``serialize`` writes it in, its tree out (https://www.php.net/manual/en/function.serialize.php)."""

from __future__ import annotations

import re

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

Value = str | dict[str, "Value"]
"""A scalar as it is written ("" for null), or an array by its keys."""

_TOKEN = re.compile(rb"(?:s:(\d{1,9}):\"|a:\d{1,9}:(\{)|[idb]:([^;]{1,40});|N(;))|(\};?)")


def read(data: bytes) -> Value:
    """Raises ``Unreadable`` for what is no scalar or array, ``LimitExceeded`` past ``limits.file_list`` bytes or
    ``limits.json_depth``."""
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    open_ones = list[list[Value]]([[]])
    place = 0
    while place < len(data) and not (len(open_ones) == 1 and open_ones[0]):
        found = _TOKEN.match(data, place)
        if found is None:
            raise Unreadable(f"no serialized PHP value: {data[place : place + 40]!r}")
        place = found.end()
        if found[1]:
            end = place + int(found[1])
            if data[end : end + 2] != b'";':
                raise Unreadable("serialized PHP string that breaks off")
            open_ones[-1].append(data[place:end].decode(errors="replace"))
            place = end + 2
        elif found[2]:
            open_ones.append([])
            if len(open_ones) > DEFAULT.json_depth:
                raise LimitExceeded(f"arrays nested deeper than limits.json_depth = {DEFAULT.json_depth}")
        elif found[5]:
            _close(open_ones)
        else:
            open_ones[-1].append(found[3].decode(errors="replace") if found[3] else "")
    if len(open_ones) > 1 or not open_ones[0]:
        raise Unreadable("serialized PHP value that breaks off")
    return open_ones[0][0]


def _close(open_ones: list[list[Value]]) -> None:
    items = open_ones.pop()
    if not open_ones or len(items) % 2:
        raise Unreadable("serialized PHP array that does not pair keys and values")
    keys = items[::2]
    open_ones[-1].append({key: value for key, value in zip(keys, items[1::2], strict=True) if isinstance(key, str)})

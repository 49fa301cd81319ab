"""A tuple in, bytes out: ``memcmp`` orders the bytes as Python orders the tuples. The encoding is ours (ADR 0001).

==================  ====================================================================================
end of a tuple      ``00``, below all else, so that a shorter tuple sorts first
``int`` 0…223       one byte, ``01``…``e0``
larger ``int``      ``e0 + n`` and n bytes, most significant first; past 24 bytes ``f9``, two bytes of length, bytes
``str``             UTF-8 (whose order is that of the code points), ended by ``01``; the bytes 00, 01, 02 are escaped
nested tuple        ``01``, its elements, its end
==================  ====================================================================================

As in Python, what stands at one place of two tuples must be of one type where all before it is equal. No key is a
prefix of another.
"""

from __future__ import annotations

from pratique.plugins import Key

LONGEST_KEY = 2600  # bytes; a PostgreSQL index refuses entries past 2.7 kB

_SMALL = 0xE0  # ints below are one byte
_MOST_BYTES = 24  # of an int whose length is in its tag
_HUGE = b"\xf9"


def pack(key: Key) -> bytes:
    """The tuple as bytes. Raises ``ValueError`` past ``LONGEST_KEY``: a cut key would order wrongly."""
    try:
        # Most keys are small numbers only, and bytes() over them is several times faster than the loop.
        packed = bytes(key).translate(_ONE_UP, _NOT_SMALL)
    except (TypeError, ValueError):
        packed = b""
    if len(packed) < len(key):
        out = bytearray()
        _append(out, key)
        packed = bytes(out)
    if len(packed) >= LONGEST_KEY:
        raise ValueError("it is too long to be compared")
    return packed + b"\0"


_ONE_UP = bytes((byte + 1) & 0xFF for byte in range(256))
_NOT_SMALL = bytes(range(_SMALL, 256))


def _append(out: bytearray, key: Key) -> None:
    for item in key:
        if isinstance(item, int):
            if 0 <= item < _SMALL:
                out.append(item + 1)
            else:
                out += _large(item)
        elif isinstance(item, str):
            out += _text(item)
        else:
            out.append(1)
            _append(out, item)
            out.append(0)


def _large(number: int) -> bytes:
    length = (number.bit_length() + 7) // 8
    packed = number.to_bytes(length, "big")  # a negative number is a scheme's mistake: OverflowError
    if length <= _MOST_BYTES:
        return bytes((_SMALL + length,)) + packed
    return _HUGE + length.to_bytes(2, "big") + packed


def _text(text: str) -> bytes:
    encoded = text.encode("utf-8", "surrogatepass")
    if min(encoded, default=3) < 3:
        encoded = encoded.replace(b"\2", b"\2\3").replace(b"\1", b"\2\2").replace(b"\0", b"\2\1")
    return encoded + b"\1"

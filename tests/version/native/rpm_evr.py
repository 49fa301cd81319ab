"""Reads "a<TAB>b" lines, writes the relation of a to b by rpm's own library, or "!" where one is no version to it.

Run by the system's Python.
"""

import sys

import rpm


def split(text):
    epoch, colon, rest = text.partition(":")
    if not colon:
        epoch, rest = None, text
    version, hyphen, release = rest.rpartition("-")
    return (epoch, version, release) if hyphen else (epoch, rest, None)


for line in sys.stdin:
    left, right = line.rstrip("\n").split("\t")
    try:
        print("<=>"[1 + rpm.labelCompare(split(left), split(right))])
    except ValueError:
        print("!")

"""Python distributions without METADATA, through the squash."""

from __future__ import annotations

from images import Member, blob_layer, file, gzip_bytes, whiteout
from images import layer as tar
from pratique.catalog._pass import read_layer
from pratique.catalog._squash import squash
from pratique.catalog.python import CATALOGUER
from pratique.catalog.python_record import CATALOGUER as RECORD
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT
from pratique.model import Inventory, LayerFacts, Problem

SITE = "usr/lib/python3.12/site-packages/"
WHOLE = (
    file(SITE + "rich-13.9.4.dist-info/METADATA", "Name: rich\nVersion: 13.9.4\n"),
    file(SITE + "rich-13.9.4.dist-info/RECORD", "rich/__init__.py,,\n"),
)


def facts(members: tuple[Member, ...]) -> LayerFacts:
    blob = gzip_bytes(tar(*members))
    return read_layer(lambda: LayerReader(blob_layer(blob), DEFAULT), (CATALOGUER, RECORD), DEFAULT)


def inventory(*layers: tuple[Member, ...]) -> Inventory:
    return squash([facts(members) for members in layers])


def test_a_whole_one_is_no_problem() -> None:
    assert inventory(WHOLE).problems == ()
    assert inventory(WHOLE[1:], WHOLE[:1]).problems == ()


def test_one_without_metadata_hides_a_package() -> None:
    what = "'rich-13.9.4.dist-info' is an installed Python distribution without METADATA, so it is not listed"
    where = SITE + "rich-13.9.4.dist-info"
    assert inventory(WHOLE[1:]).problems == (Problem(where, what, layer=0, hides=True),)
    assert inventory(WHOLE, (whiteout(f"{where}/METADATA"),)).problems == inventory(WHOLE[1:]).problems


def test_one_that_is_gone_is_gone() -> None:
    assert inventory(WHOLE[1:], (whiteout(SITE + "rich-13.9.4.dist-info"),)).problems == ()


def test_a_file_of_that_name_elsewhere() -> None:
    assert inventory((file("srv/RECORD", "x"), file("srv/a.egg-info/RECORD", "x"))).problems == ()

"""A record of a conda environment (``conda-meta/NAME-VERSION-BUILD.json``) in, the package that is installed there and
its files out: https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html,
https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html (fields of ``index.json``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pratique.catalog._relations import bounded
from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package
from pratique.plugins import Cataloguer, Claim, File

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Record(msgspec.Struct, frozen=True):
    """What we read of a record; the rest is the installer's."""

    name: _Text
    version: _Text
    subdir: str = ""
    license: str | None = None
    depends: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    sha256: str | None = None
    md5: str | None = None


_DECODER = msgspec.json.Decoder(_Record)


def parse(file: File) -> Iterator[Fact]:
    """The ``Package``, and what it ``Owns``. Raises ``Unreadable`` for what is no record."""
    try:
        record = _DECODER.decode(file.read())
    except UNDECODABLE as error:
        raise Unreadable(f"no record of a conda package: {error}") from None
    digests = (("sha256", record.sha256), ("md5", record.md5))
    yield Package(
        type="conda",
        name=record.name,
        version=record.version,
        arch=record.subdir,
        licences=(record.license,) if record.license else (),
        path=file.path,
        depends=bounded(word for word in map(_name, record.depends) if word),
        hashes=tuple([f"{kind}:{digest}" for kind, digest in digests if digest][:1]),
    )
    place = file.path.rpartition("/")[0].removesuffix("conda-meta")
    if len(place) * len(record.files) > DEFAULT.owned_path or len(record.files) > DEFAULT.owned_paths:
        raise LimitExceeded(f"{record.name!r} has more or longer paths than limits.owned_paths and owned_path allow")
    if record.files:
        yield Owns(record.name, tuple([place + path for path in record.files]), "conda")


def _name(need: str) -> str:
    """ "conda-forge::python >=3.9,<3.10" -> "python"; "__glibc >=2.17", which stands for the system, -> ""."""
    name = need.partition(" ")[0].rpartition("::")[2]
    return "" if name.startswith("__") else name


CATALOGUER = Cataloguer("conda", 1, Claim(below=(("conda-meta", 0, ".json"),)), parse)

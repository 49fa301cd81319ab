"""A .terraform.lock.hcl in, the providers that Terraform or OpenTofu chose out.

https://developer.hashicorp.com/terraform/language/files/dependency-lock: blocks of ``provider "HOST/NAMESPACE/TYPE"``
with literals. The purl type is a proposal for https://github.com/package-url/purl-spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_BLOCK = re.compile(r'^[ \t]*provider[ \t]+"([^"\n]*)"[ \t]*\{([^}]*)(\}?)', re.MULTILINE)
_VERSION = re.compile(r'^[ \t]*version[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)
_PUBLIC = "registry."  # how the hosts of Terraform's and OpenTofu's own registries begin
_ADDRESS = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"[0-9][0-9A-Za-z.+-]{0,199}")
_OTHER = re.compile(r"^[ \t]*+(?!#|//|/\*)[^\s]", re.MULTILINE)
_WORD = re.compile(r"^[ \t]*provider\b", re.MULTILINE)


def parse(file: File) -> Iterator[Fact]:
    """A package a provider, of type ``terraform``; its namespace is the vendor, after the host where that is not the
    public registry's. Raises ``Unreadable``."""
    data = file.read()
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"Terraform's lock file of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"no lock file of Terraform: {error}") from error
    blocks = _BLOCK.findall(text)
    if len(blocks) != len(_WORD.findall(text)):
        raise Unreadable("Terraform's lock file has a block of a provider that is not closed")
    if not text.strip() or _OTHER.search(_BLOCK.sub("", text)):
        raise Unreadable("no lock file of Terraform: it holds something else than providers, or nothing")
    for address, body, closed in blocks:
        version = _VERSION.search(body)
        if not closed or not _ADDRESS.fullmatch(address) or version is None or not _NUMBER.fullmatch(version[1]):
            raise Unreadable(f"Terraform's lock file has a block of {address[:200]!r} that tells no provider's version")
        namespace, _, name = address.rpartition("/")
        if namespace.startswith(_PUBLIC):
            namespace = namespace.partition("/")[2]
        yield Package("terraform", name, version[1], namespace=namespace, path=file.path, declared=True)


CATALOGUER = Cataloguer("terraform-lock", 2, Claim(names=(".terraform.lock.hcl",)), parse)

"""The files of an OCI image layout in, its images out.

OCI image specification, image-layout.md: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

import msgspec

from pratique.errors import NotFound, Unreadable
from pratique.limits import Limits
from pratique.model import Image
from pratique.oci import assemble
from pratique.oci.documents import Descriptor, Index, Manifest, bounded_index, check_digest, decode, parse, verify
from pratique.oci.files import Files
from pratique.oci.reference import familiar
from pratique.oci.resolve import absent, candidates, choose

_NAME = "org.opencontainers.image.ref.name"
_CONTAINERD_NAME = "io.containerd.image.name"


class Layout:
    """The blobs of a layout; a ``resolve.Content``."""

    def __init__(self, files: Files, where: str) -> None:
        self._files, self._where = files, where

    def index(self, limits: Limits) -> Index:
        """The layout's ``index.json``. Raises ``Unreadable``."""
        member = self._files.find("index.json")
        if member is None:
            raise Unreadable(f"{self._where!r}: the OCI layout has no index.json")
        where = f"{self._where}: index.json"
        return bounded_index(decode(member.read(limits.manifest, where), Index, where), where, limits)

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """As ``Content`` says."""
        member = self._files.find(_path(descriptor))
        if member is None:
            raise Unreadable(f"{self._where!r}: the blob {descriptor.digest} is missing")
        return verify(member.read(limit, descriptor.digest), descriptor.digest, descriptor.size, self._where)

    def fault(self, descriptor: Descriptor) -> str:
        """As ``Content`` says."""
        member = self._files.find(_path(descriptor))
        if member is None:
            return "its blob is missing"
        if descriptor.size >= 0 and member.size != descriptor.size:
            return f"its blob has {member.size} bytes, not {descriptor.size}"
        return ""

    def opener(self, descriptor: Descriptor) -> Callable[[], BinaryIO]:
        """As ``Content`` says."""
        member = self._files.find(_path(descriptor))
        if member is None:
            raise Unreadable(f"{self._where!r}: the blob {descriptor.digest} is missing")
        return member.opener()


def images(files: Files, target: str, name: str, selector: str, platform: str, limits: Limits) -> tuple[Image, ...]:
    """The images of a layout: all, or those that ``selector`` names (a tag, a full name, or a digest). ``name`` is what
    an image without a name of its own is called. Raises ``NotFound``, ``Unreadable``."""
    content = Layout(files, name)
    index = content.index(limits)
    found: dict[str, Image] = {}
    for group_name, group in _groups(index.manifests, selector).items():
        listed = candidates(content, group, limits)
        called = _called(group_name, name)
        for chosen in choose(listed, platform, called):
            image = assemble.image(content, chosen, target, called, limits)
            found.setdefault(
                image.digest, msgspec.structs.replace(image, problems=image.problems + absent(listed, platform))
            )
    if not found and selector and index.manifests:
        raise NotFound(f"{name!r}: no image {selector!r} in it", hint=_names(index))
    if not found:
        raise Unreadable(f"{name!r}: no image in it", hint="its index.json lists nothing")
    return tuple(found.values())


def configs(files: Files, name: str, limits: Limits) -> frozenset[str]:
    """Digests of the configs of all images in the layout that it holds. Raises ``Unreadable``."""
    content = Layout(files, name)
    found = set()
    for candidate in candidates(content, content.index(limits).manifests, limits):
        if not candidate.missing:
            data = content.read(candidate.descriptor, limits.manifest)
            document = parse(data, candidate.descriptor.media_type, candidate.descriptor.digest, limits)
            found.add(document.config.digest if isinstance(document, Manifest) else "")
    return frozenset(found)


def _path(descriptor: Descriptor) -> str:
    return "blobs/" + check_digest(descriptor.digest, "descriptor").replace(":", "/")


def _groups(roots: Iterable[Descriptor], selector: str) -> dict[str, list[Descriptor]]:
    """Entries of one name are one image for several platforms."""
    groups: dict[str, list[Descriptor]] = {}
    for root in roots:
        name = root.annotation(_CONTAINERD_NAME) or root.annotation(_NAME)
        if not selector or _selected(root, name, selector):
            groups.setdefault(name, []).append(root)
    return groups


def _selected(root: Descriptor, name: str, selector: str) -> bool:
    if selector == root.digest:
        return True
    return any(
        stated
        and (
            stated in (selector, f"docker.io/{selector}", f"docker.io/library/{selector}")
            or stated.endswith(f":{selector}")
        )
        for stated in (name, root.annotation(_NAME))
    )


def _called(stated: str, name: str) -> str:
    """A full name stands for itself; a bare tag needs the layout's name before it."""
    if not stated:
        return name
    return familiar(stated) if ":" in stated or "/" in stated else f"{name}:{stated}"


def _names(index: Index) -> str:
    names = sorted(
        {root.annotation(_CONTAINERD_NAME) or root.annotation(_NAME) or root.digest for root in index.manifests}
    )
    return f"there is: {', '.join(names[:10])}"

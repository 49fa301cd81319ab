"""The name of a policy file or of a preset in, the policy with all that it extends out.

A parent from a network is kept in the cache under its digest, so that it is there without the network, too. OCI image
specification, manifest.md, "Guidelines for Artifact Usage":
https://github.com/opencontainers/image-spec/blob/main/manifest.md
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.errors import PolicyError, UsageError
from pratique.expr import did_you_mean
from pratique.given import check_ends
from pratique.limits import DEFAULT, Limits
from pratique.oci.options import Options
from pratique.policy import schema
from pratique.policy.schema import Policy, Reference, Source

if TYPE_CHECKING:
    from pratique.policy.document import Kind

POLICY_FILE = "pratique.yaml"
_POLICY_FILES = (POLICY_FILE, "pratique.yml")
ARTIFACT = "application/vnd.pratique.policy.v1"
MEDIA_TYPES = ("application/vnd.pratique.policy.v1+yaml", "application/yaml", "application/x-yaml", "text/yaml")
"""What the layer of an artifact that is a policy may be; RFC 9512 registers ``application/yaml``."""

_PRESETS = Path(__file__).parent / "policy" / "presets"
_HINTS = {
    "policy": "write one: pratique policy init, or see docs/policy.md",
    "baseline": "write one: pratique policy baseline",
    "list of cases": "write one: docs/policy.md shows what a case may say",
}
_SUFFIXES = (".yaml", ".yml")
_BEGINNING = 40  # characters of a page that was taken for a policy


def read_policy(
    path: Path | None, preset: str = "", parents: schema.Parents | None = None, limits: Limits = DEFAULT
) -> Policy:
    """The policy in a file, the preset of that name, the one of the working directory (``found``), or the built-in one.
    ``parents`` reads what it extends, by default with nothing said of the network and without a cache.
    Raises ``PolicyError`` with the place for what cannot be used, ``Undecided`` where a parent cannot be had, and never
    falls back to another policy then."""
    if preset and path is not None:
        raise UsageError(f"--policy {str(path)!r} and --preset {preset!r} are two policies", hint="give one of them")
    if preset:
        return read_preset(preset, limits)
    here = found() if path is None else ""
    if path is None and not here:
        return schema.DEFAULT
    source = _read(path, limits) if path is not None else _unnamed(here, limits)
    return schema.load_source(source, limits, parents or Parents(limits=limits))


def found() -> str:
    """The policy file of the working directory, "" where there is none; a link to nowhere is somebody's policy all the
    same. Raises ``UsageError`` where there are two."""
    names = [name for name in _POLICY_FILES if os.path.lexists(name)]
    if len(names) > 1:
        what = f"{' and '.join(map(repr, names))} are both here: which one is the policy is not known"
        raise UsageError(what, hint="keep one of them, or name one with --policy")
    return "".join(names)


def read_preset(name: str, limits: Limits = DEFAULT) -> Policy:
    """The preset. Raises ``PolicyError`` for a name that none has."""
    if name == schema.DEFAULT.name:
        return schema.DEFAULT
    return schema.load_source(Source(preset_text(name), "", name), limits)


def preset_text(name: str) -> str:
    """The preset as it is written. Raises ``PolicyError`` for a name that none has."""
    if name not in schema.PRESETS:
        near = did_you_mean(name, schema.PRESETS) or f"; there are: {', '.join(schema.PRESETS)}"
        raise PolicyError(f"no preset {name!r}{near}")
    return (_PRESETS / f"{name}.yaml").read_text(encoding="utf-8")


def text_of(path: Path, limit: int = DEFAULT.policy, kind: Kind = "policy") -> str:
    """The text of a policy or of what belongs to one, of which no more is read than shows that it is too long. Raises
    ``PolicyError`` where it cannot be read, may never end, or is not UTF-8."""
    try:
        check_ends(path, f"the {kind}", PolicyError)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise PolicyError(f"cannot read the {kind} {str(path)!r}: {why}", hint=_HINTS[kind]) from error
    return _decoded(data, f"the {kind} {str(path)!r}")


def _read(path: Path, limits: Limits) -> Source:
    return Source(text_of(path, limits.policy), str(path), identity=os.path.realpath(path))


def _unnamed(place: str, limits: Limits) -> Source:
    """The policy in a file that no user named, but a file that came from somewhere: messages quote what they do not
    understand, so that no other file of this machine is read, and none through a link."""
    path, real = Path(place), Path(os.path.realpath(place))
    if path.is_symlink() and not real.exists():
        raise PolicyError(f"{place!r} is a link that leads nowhere: there is no {str(real)!r}")
    if real.suffix not in _SUFFIXES:
        named = repr(place) if real.name == path.name else f"{place!r}, a link to {str(real)!r},"
        raise PolicyError(f"{named} is not called .yaml or .yml, as a policy is that another file names")
    return _read(path, limits)


def _decoded(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{what} is not UTF-8: byte {error.start}") from error


class Parents:
    """Reads what policies extend; ``cache`` is the folder that fetched ones are kept below, None keeps none."""

    def __init__(self, options: Options | None = None, cache: Path | None = None, limits: Limits = DEFAULT) -> None:
        self._options = Options() if options is None else options
        self._folder = None if cache is None else cache / "policies"
        self._limits = limits

    def __call__(self, reference: Reference) -> Source:
        """See ``schema.Parents``."""
        place = reference.place
        if reference.kind == "preset":
            return Source(preset_text(place), "", place)
        if reference.kind == "path":
            return _no_page(_unnamed(place, self._limits))
        if reference.kind == "url":
            data = self._kept(reference.digest) or self._keep(self._fetched(place), reference.digest)
        else:
            data = self._artifact(reference)
        return _no_page(Source(_decoded(data, f"what is at {place}"), place))

    def _fetched(self, url: str) -> bytes:
        from pratique.net.client import Client  # what the network takes to import, a file does not pay
        from pratique.oci.session import network_options

        with Client(network_options(self._options), self._limits).request("GET", url) as response:
            return response.expect(url, 200).read(self._limits.policy)

    def _artifact(self, reference: Reference) -> bytes:
        """The one layer of an artifact, from the cache where its digest is known."""
        from pratique.oci.artifact import source
        from pratique.oci.documents import Manifest, check_digest, parse

        remote = source(reference.place, ARTIFACT, self._options, self._limits)
        data = self._kept(reference.digest) if reference.digest else b""
        media_type = ""
        if not data:
            root = remote.root()
            media_type = root.media_type
            data = self._keep(remote.read(root, self._limits.manifest), root.digest)
        manifest = parse(data, media_type, reference.place, self._limits)
        if not isinstance(manifest, Manifest) or len(manifest.layers or ()) != 1:
            raise PolicyError(f"{reference.place} is no policy: that is an artifact of one layer")
        (layer,) = manifest.layers or ()
        if layer.media_type not in MEDIA_TYPES:
            hint = f"push it as one: oras push REFERENCE FILE:{MEDIA_TYPES[1]}"
            raise PolicyError(f"{reference.place} is no policy: its layer is of type {layer.media_type!r}", hint=hint)
        digest = check_digest(layer.digest, reference.place)
        return self._kept(digest) or self._keep(remote.read(layer, self._limits.policy), digest)

    def _kept(self, digest: str) -> bytes:
        """What was fetched before, b"" for nothing; bytes that are no longer those of the digest are nothing."""
        if self._folder is None:
            return b""
        try:
            with self._file(self._folder, digest).open("rb") as file:
                data = file.read(self._limits.manifest + 1)
        except OSError:
            return b""
        return data if _digest(data) == digest else b""

    def _keep(self, data: bytes, digest: str) -> bytes:
        """``data``, which the cache holds from now on if it is that of the digest; what cannot be kept is fetched again
        the next time."""
        if self._folder is None or _digest(data) != digest:
            return data
        partial = self._folder / f"{os.urandom(8).hex()}.partial"
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                partial.write_bytes(data)
                partial.replace(self._file(self._folder, digest))
            finally:
                partial.unlink(missing_ok=True)
        return data

    @staticmethod
    def _file(folder: Path, digest: str) -> Path:
        return folder / digest.replace(":", "-")


def _no_page(source: Source) -> Source:
    """The source. Raises ``PolicyError`` for a page of HTML: a login's, or a repository's view of the file."""
    text = source.text.strip()
    if text.startswith("<"):
        raise PolicyError(f"{source.path} is no policy, but a page: {text[:_BEGINNING]!r}…")
    return source


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"

"""A product of SUSE's documents in, its ecosystem and release out; an image's os-release in, the releases to ask out.

The text is that of https://ossf.github.io/osv-schema/#defined-ecosystems ("SUSE", "openSUSE"): the product's name
without the ecosystem's. Products and modules: https://documentation.suse.com/sles/15-SP7/html/SLES-all/article-modules.html
"""

from __future__ import annotations

import re

from pratique.vuln.streams import Stream, flat

_RELEASE = r"\d+(?: SP\d+)?"
# What an image can hold packages of. Server for SAP, for Teradata, HPC, Desktop, Manager, Storage … are not read.
_SUSE = re.compile(
    rf"SUSE ((?:Linux Enterprise Server (?:{_RELEASE}|\d+\.\d+)(?:[- ]LTSS)?"
    rf"|Linux Enterprise Module for .+ {_RELEASE}"
    rf"|Linux Enterprise Micro(?: for Rancher)? \d+\.\d+"
    rf"|Linux Micro \d+\.\d+"
    rf"|Package Hub {_RELEASE}))"
)
_OPENSUSE = re.compile(r"openSUSE (Leap(?: Micro)? \d+\.\d+|Tumbleweed)")
_SERVED = re.compile(rf"(?:Linux Enterprise (?:Server|Module for .+)|Package Hub) ({_RELEASE})(?:[- ]LTSS)?")
_VERSION = re.compile(r"(\d+)(?:\.(\d+))?")

# Products with the repositories of a server and some of their own. OSV's records name them too.
_EDITIONS = {
    "sles": "Linux Enterprise Server",
    "sled": "Linux Enterprise Desktop",
    "sles_sap": "Linux Enterprise Server for SAP Applications",
    "sle_hpc": "Linux Enterprise High Performance Computing",
    "sle-hpc": "Linux Enterprise High Performance Computing",
}

_MODULES = {
    15: (
        "Basesystem",
        "Certifications",
        "Confidential Computing Technical Preview",
        "Containers",
        "Desktop Applications",
        "Development Tools",
        "HPC",
        "Legacy",
        "Legacy Software",
        "Live Patching",
        "Open Buildservice Development Tools",
        "Public Cloud",
        "Python 2",
        "Python 3",
        "SAP Applications",
        "Server Applications",
        "Systems Management",
        "Transactional Server",
        "Web and Scripting",
        "Web Scripting",
    ),
    12: (
        "Advanced Systems Management",
        "Certifications",
        "Containers",
        "HPC",
        "High Performance Computing",
        "Legacy",
        "Public Cloud",
        "Toolchain",
        "Web and Scripting",
        "Web Scripting",
    ),
}


def place(product: str) -> tuple[str, str] | None:
    """The ecosystem and the release of a product's name, None for one that no image is of."""
    if found := _SUSE.fullmatch(product):
        return "SUSE", found[1]
    if found := _OPENSUSE.fullmatch(product):
        return "openSUSE", found[1]
    return None


def stream(release: str) -> str:
    """A service pack's server and modules, and its long-term support, get the same fixes."""
    found = _SERVED.fullmatch(release)
    return found[1] if found else release


def streams(id_: str, version: str) -> tuple[Stream, ...]:
    """What to ask for an image whose os-release has this ``ID`` and ``VERSION_ID``; nothing for one that is not known.

    The server's repositories and those of its service pack's modules are asked together, long-term support where those
    are silent: it goes on where they have ended."""
    if id_ in ("opensuse", "opensuse-tumbleweed"):
        return (Stream((("Tumbleweed",),)),) if id_ == "opensuse-tumbleweed" else _leap("Leap", version)
    if id_ in ("opensuse-leap", "opensuse-leap-micro"):
        return _leap("Leap Micro" if id_.endswith("micro") else "Leap", version)
    if id_ in ("sle-micro", "sl-micro", "sle-micro-rancher"):
        return _micro(id_, version)
    return _server(_EDITIONS[id_], version) if id_ in _EDITIONS else ()


def releases(id_: str, version: str) -> tuple[str, ...]:
    """All releases of ``streams``, each once, the likeliest first."""
    return flat(streams(id_, version))


def _leap(name: str, version: str) -> tuple[Stream, ...]:
    return (Stream(((f"{name} {version}",),)),) if _VERSION.fullmatch(version) else ()


def _micro(id_: str, version: str) -> tuple[Stream, ...]:
    found = _VERSION.fullmatch(version)
    if found is None:
        return ()
    if int(found[1]) >= 6:
        return (Stream(((f"Linux Micro {version}",),)),)
    names = ("Linux Enterprise Micro for Rancher", "Linux Enterprise Micro")
    own = names if id_.endswith("rancher") else names[1:]
    return (Stream((tuple(f"{name} {version}" for name in own),)),)


def _server(edition: str, version: str) -> tuple[Stream, ...]:
    found = _VERSION.fullmatch(version)
    if found is None:
        return ()
    major, pack = int(found[1]), found[2] or "0"
    names = tuple(dict.fromkeys((edition, "Linux Enterprise Server")))
    if major >= 16:
        own = tuple(f"{name} {version}" for name in names)
        return (Stream((own, (f"Linux Enterprise Server {version}-LTSS",))),)
    text = f"{major} SP{int(pack)}" if int(pack) else str(major)
    of = text if major >= 15 else str(major)  # a module of 12 is one for all service packs
    modules = tuple(f"Linux Enterprise Module for {name} {of}" for name in _MODULES.get(major, ()))
    hub = (f"Package Hub {text}",) if major >= 12 else ()
    server = f"Linux Enterprise Server {text}"
    own = tuple(f"{name} {text}" for name in names)
    return (Stream(((*own, *modules, *hub), (f"{server}-LTSS", f"{server} LTSS"))),)

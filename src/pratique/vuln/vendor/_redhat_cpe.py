"""A CPE of Red Hat in, the release's text out; an image's content sets in, the releases to ask for out.

https://redhatproductsecurity.github.io/security-data-guidelines/cpe/ and …/scanning-vendors/; the text is that of
https://ossf.github.io/osv-schema/#defined-ecosystems ("Red Hat"): the CPE without ``cpe:/o:redhat:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pratique.vuln.streams import Stream, flat

_CPE = re.compile(r"cpe:/[aoh]:redhat:([^:]+:?.*)")
_EXTENDED = re.compile(r"rhel_els:|(?:rhel_(?:eus|e4s|aus|tus|eus_long_life)|enterprise_linux_\w+):\d+\.\d+")
_MAIN = "enterprise_linux"
_MINOR = re.compile(r"rhel-(?P<major>\d{1,3})\.(?P<minor>\d{1,3})(?:\.0)?\.z(?P<eus>\.eus)?(?P<variant>(?:::\w+)?)")
_SEVEN = ("server", "client", "workstation", "computenode")
_REPOSITORIES = ("baseos", "appstream", "crb", "codeready_builder", "highavailability", "supplementary")

# Content sets of RHEL 8 and later, whose names tell their CPE: https://access.redhat.com/articles/4532681
_SET = re.compile(
    r"(?:rhel|ubi)-(?P<major>\d+)-(?:for-\w+-)?(?P<variant>baseos|appstream|codeready-builder)"
    r"(?:-(?P<stream>eus|e4s|aus|tus))?(?:-(?:source|debug))?-(?:rpms|source|debug)?"
    r"(?:__(?P<minor>\d+_DOT_\d+))?"
)
_OPENSHIFT = re.compile(r"rhocp-(?P<version>\d+\.\d+)-for-rhel-(?P<major>\d+)-\w+-(?:source-|debug-)?rpms")
_VARIANTS = {"codeready-builder": "crb"}


def short(cpe: str) -> str:
    """``cpe:/o:redhat:enterprise_linux:8::baseos`` -> ``enterprise_linux:8::baseos``; "" for what is no product of Red
    Hat's."""
    found = _CPE.fullmatch(cpe)
    return found[1].rstrip(":") if found else ""


def newest_minors(platforms: Iterable[str]) -> dict[str, str]:
    """Of the products of a document those of extended updates that are the main release's newest minor release, and the
    main release's own text for each.

    The feed that follows the older one lists a minor release of which there will be extended updates under their CPE
    alone from its first day (``rhel-9.8.z.eus``), and the main release by the minor release before it (``rhel-9.7.z``).
    """
    found = [each for platform in platforms if (each := _MINOR.fullmatch(platform))]
    main: dict[str, int] = {}
    for each in found:
        if not each["eus"]:
            main[each["major"]] = max(int(each["minor"]), main.get(each["major"], 0))
    return {
        each[0]: f"{_MAIN}:{each['major']}{each['variant']}"
        for each in found
        if each["eus"] and int(each["minor"]) > main.get(each["major"], int(each["minor"])) and int(each["major"]) < 10
    }


def stream(release: str) -> str:
    """``enterprise_linux:8::baseos`` -> ``enterprise_linux:8``: product and version, for which fixes are made."""
    return ":".join(release.split(":", 2)[:2])


def streams(
    version: str, content_sets: Iterable[str], repository_to_cpe: Mapping[str, tuple[str, ...]]
) -> tuple[Stream, ...]:
    """What to ask for an image of ``VERSION_ID`` ``version`` that draws from ``content_sets``.

    ``repository_to_cpe`` is Red Hat's file of that name as ``_repositories.read`` gives it; a content set that it lacks
    tells its release by its name, or nothing. Without content sets, and with none that are known, the release's own
    stream is asked. An image that draws from a minor release's extended updates asks the main release only where those
    say nothing; every layered product is a stream of its own.
    """
    found = {release for name in content_sets for release in _releases(name, version, repository_to_cpe)}
    extended = {release for release in found if _EXTENDED.match(release)}
    main = {release for release in found if release.split(":")[0] == _MAIN}
    result = [Stream((_sorted(extended), *_wider(extended), *_main(version, ())))] if extended else []
    if not extended:
        result.append(Stream(_main(version, main)))
    layered: dict[str, set[str]] = {}
    for release in found - extended - main:
        layered.setdefault(stream(release), set()).add(release)
    result += [Stream((_sorted(own), *_wider(own))) for _, own in sorted(layered.items())]
    return tuple(result)


def releases(
    version: str, content_sets: Iterable[str], repository_to_cpe: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """All releases of ``streams``, each once, the likeliest first."""
    return flat(streams(version, content_sets, repository_to_cpe))


def _releases(name: str, version: str, mapping: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The releases of a content set. One that is not pinned to a minor release stands for all of them in the file; the
    image's own is meant where it is among them."""
    texts = mapping.get(name, ()) or _told(name, version)
    own = tuple(text for text in texts if stream(text).endswith(f":{version}"))
    return own or texts


def _told(name: str, version: str) -> tuple[str, ...]:
    """The release that a content set's name tells; one of extended updates without a minor release is the image's."""
    if product := _OPENSHIFT.fullmatch(name):
        return (f"openshift:{product['version']}::el{product['major']}",)
    found = _SET.fullmatch(name)
    if found is None:
        return ()
    variant = _VARIANTS.get(found["variant"], found["variant"])
    kind, minor = found["stream"], found["minor"]
    if kind is None:
        return (f"{_MAIN}:{found['major']}::{variant}",)
    own = minor.replace("_DOT_", ".") if minor else version
    return (f"rhel_{kind}:{own}::{variant}",) if own.startswith(f"{found['major']}.") else ()


def _main(version: str, own: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The ranks of RHEL itself: its repositories, then the release as a whole, as which unfixed packages are listed."""
    major, _, minor = version.partition(".")
    if not major.isdigit():
        return (_sorted(own),) if tuple(own) else ()
    if int(major) >= 10:
        return _minors(major, minor, own)
    names = _REPOSITORIES if int(major) >= 8 else _SEVEN
    repositories = {*own, *(f"{_MAIN}:{major}::{name}" for name in names)}
    ended = (f"rhel_els:{major}",) if int(major) < 8 else ()
    return (_sorted(repositories), *((release,) for release in (f"{_MAIN}:{major}", *ended)))


def _minors(major: str, minor: str, own: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Since RHEL 10 a minor release has its own CPE, and an update of a later one is the way on from an earlier."""
    first = int(minor) if minor.isdigit() else 0
    ranks = []
    for number in range(first, max(first, _LAST_MINOR) + 1):
        text = f"{_MAIN}:{major}.{number}"
        named = {text, f"{_MAIN}_eus:{major}.{number}", *(f"{text}::{name}" for name in _REPOSITORIES)}
        ranks.append(_sorted({*named, *own} if number == first else named))
    whole = (f"{_MAIN}:{major}", *(f"{_MAIN}:{major}::{name}" for name in _REPOSITORIES))
    return (*ranks, _sorted(whole))


_LAST_MINOR = 10  # a major release has had ten: https://access.redhat.com/support/policy/updates/errata


def _wider(own: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Product and version without repository, then the product's major version: unfixed packages are listed so."""
    texts = {stream(release) for release in own}
    majors = {text.partition(".")[0] for text in texts if "." in text.partition(":")[2]}
    layered = {text for text in majors if not text.startswith(("rhel_", _MAIN))}
    return tuple(rank for rank in (_sorted(texts - set(own)), _sorted(layered)) if rank)


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))

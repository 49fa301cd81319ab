"""Reports for the tests of SBOMs: one with all that is hard to write, and strategies for more of them."""

from __future__ import annotations

from hypothesis import strategies as st

from pratique.catalog.sbom.inventory import Stated, inventory
from pratique.catalog.sbom.read import read
from pratique.limits import DEFAULT
from pratique.model import (
    Channel,
    Coverage,
    Distro,
    Functions,
    Image,
    ImageConfig,
    Layer,
    Package,
    Platform,
    Problem,
    Report,
    Tool,
)
from pratique.plugins import WriteOptions
from pratique.report import cyclonedx, cyclonedx_xml, spdx, spdx_3, spdx_tag_value

NOW = "2026-11-21T10:00:00Z"
DEBIAN = Distro("debian", "12", "bookworm", like=("x",), name="Debian GNU/Linux 12 (bookworm)", path="etc/os-release")
IMAGE = Image(
    "app:1.4",
    "registry.test/team/app:1.4",
    digest="sha256:" + "a" * 64,
    config_digest="sha256:" + "b" * 64,
    platform=Platform("linux", "arm64", "v8"),
    config=ImageConfig(
        user="1000",
        labels={"org.opencontainers.image.vendor": "Team (A)", "b": "</text>\n\x00", "a\udc80": '"'},
    ),
    layers=(
        Layer(0, "sha256:" + "c" * 64, "sha256:" + "d" * 64, size=7, created_by="ADD <x> & \x1b[1m /"),
        Layer(1, "sha256:" + "e" * 64),
    ),
)


def deb(name: str, version: str, source: str = "", depends: tuple[str, ...] = ()) -> Package:
    """A package of dpkg's database, as its cataloguer yields it."""
    path = "var/lib/dpkg/status"
    return Package(
        "deb", name, version, "debian", arch="amd64", source_name=source, path=path, layer=0, depends=depends
    )


HARD = (
    deb("libc6", "2.36-9+deb12u3", "glibc"),
    deb("openssl", "1:3.0.11-1", depends=("libc6",)),
    Package(
        "npm",
        "evil\x1b[0m",
        "1.0.0",
        namespace="sco\udc80pe",
        path="a/</text>\n\x00b/<x>",
        layer=1,
        licences=("MIT", "Weird (licence) & text", "GPL-2.0-only OR MIT"),
        hashes=("sha512:" + "a" * 128, "sha1:zz", "SHA256:" + "B" * 64, "sha256:" + "c" * 64, "sha256:" + "c" * 64),
        depends=("other@1", "absent"),
        declared=True,
        scope="dev",
    ),
    Package("npm", "other", "1", path="x  y", licences=("MIT OR Apache-2.0",), locations=("q", " r"), stated=True),
    Package("", "", ""),
    Package("a b", "c", "d", path='"quoted"'),
    Package(
        "generic",
        "nginx",
        "1.2",
        cpe="cpe:2.3:a:f5:nginx:1.2:*:*:*:*:*:*:*",
        licences=("BSD-2-Clause",),
        path="n",
        layer=1,
    ),
    Package("julia", "Mast", "2.1.0", uuid="11111111-1111-1111-1111-111111111111"),
    Package("generic", "odd", "1", cpe="cpe:2.3:a:no:cpe"),
    Package("golang", "x", "(devel)", namespace="github.com/A/B", path="bin/x", layer=1, owner="libc6"),
    Package("rpm", "bash", "0:1-2", arch="x86_64", vendor="Red Hat (x), Inc.", module="a:1", licences=("GPLv3+",)),
    Package("maven", "outer", "1", namespace="org.a", path="app.jar", layer=1, depends=("org.b:inner",)),
    Package("maven", "inner", "2", namespace="org.b", path="app.jar!/lib/inner.jar", layer=1, licences=("Apache-2.0",)),
    Package("pypi", "Zope.Interface", "5.0", path="日本語/METADATA", licences=("ZPL-2.1", "ZPL-2.1")),
)
REPORT = Report(
    "app:1.4",
    NOW,
    tool=Tool(version="0.1.0"),
    image=IMAGE,
    distro=DEBIAN,
    packages=HARD,
    problems=(Problem("a\x00", "b </text>", layer=1), Problem("c", "d", blocking=True, hides=True)),
    coverage=Coverage(layers=2, layers_read=2, executables=7, strays=("bin/stray",)),
    channels=(Channel("apk", "v3.19", "etc/apk/repositories"),),
    functions=(Functions("bin/x", b"\x00\x01\xff", main="m", replaced=(("a", "b"),)),),
)
EXACT = {
    "cyclonedx": (cyclonedx.write, ("1.4", "1.5", "1.6", "1.7")),
    "cyclonedx-xml": (cyclonedx_xml.write, ("1.4", "1.5", "1.6", "1.7")),
    "spdx": (spdx.write, ("",)),
    "spdx-tag-value": (spdx_tag_value.write, ("",)),
    "spdx-3": (spdx_3.write, ("",)),
}
"""The formats that tell an inventory whole, their writers and versions."""
VARIANTS = [(name, variant) for name, (_, variants) in EXACT.items() for variant in variants]

_texts = st.one_of(
    st.sampled_from(
        ("", "a", "A-b_c.D", " x", "x  y", '"', '"a"', "</text>", "]]>", "a\nb", "é", "\x00", "\udc80", "=")
    ),
    st.text(st.characters(codec=None), max_size=12),
)
_tuples = st.lists(_texts, max_size=3).map(tuple)
_hashes = st.sampled_from(
    ("sha256:" + "0f" * 32, "sha1:" + "ab" * 20, "sha512:x", "md5:" + "0" * 32, "SHA256:" + "0" * 64)
)
_licences = st.one_of(
    _texts, st.sampled_from(("MIT", "GPL-2.0-only OR MIT", "GPL-2.0+", "LicenseRef-x", "NONE", "BSD"))
)
_types = st.sampled_from(("deb", "rpm", "apk", "npm", "golang", "pypi", "maven", "generic", "", "weird type"))
_cpes = st.one_of(
    st.just(""), st.just("cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"), st.just("cpe:2.3:a:x y:y:1:*:*:*:*:*:*:*"), _texts
)
packages = st.builds(
    Package,
    type=_types,
    name=_texts,
    version=_texts,
    namespace=st.one_of(_texts, st.just("debian")),
    arch=_texts,
    source_name=_texts,
    source_version=_texts,
    licences=st.lists(_licences, max_size=3).map(tuple),
    vendor=_texts,
    module=_texts,
    path=_texts,
    layer=st.integers(-1, 3),
    owner=_texts,
    cpe=_cpes,
    depends=_tuples,
    hashes=st.lists(_hashes, max_size=3).map(tuple),
    declared=st.booleans(),
    stated=st.booleans(),
    scope=st.sampled_from(("", "dev", "optional", "build", "x\x00")),
    locations=_tuples,
    uuid=_texts,
)
reports = st.builds(
    Report,
    target=st.just("t"),
    now=st.just(NOW),
    tool=st.just(Tool(version="0.1.0")),
    image=st.one_of(
        st.none(),
        st.builds(
            Image,
            st.just("t"),
            _texts,
            digest=st.one_of(_texts, st.just("sha256:" + "a" * 64)),
            config_digest=_texts,
            platform=st.builds(Platform, _texts, _texts),
            layers=st.lists(st.builds(Layer, st.just(0), _texts, _texts, created_by=_texts), max_size=2).map(tuple),
        ),
    ),
    distro=st.one_of(st.none(), st.just(DEBIAN), st.builds(Distro, _texts, _texts, name=_texts)),
    packages=st.lists(packages, max_size=4).map(tuple),
    problems=st.lists(st.builds(Problem, _texts, _texts, st.booleans()), max_size=2).map(tuple),
    channels=st.lists(st.builds(Channel, _texts, _texts), max_size=2).map(tuple),
    functions=st.lists(st.builds(Functions, _texts, st.binary(max_size=9)), max_size=2).map(tuple),
)


def text(report: Report, name: str, variant: str = "") -> str:
    """The report in that format."""
    return EXACT[name][0]((report,), WriteOptions(inventory=True, variant=variant))


def stated(document: str | bytes, where: str = "document") -> Stated:
    """What the one document tells of its image."""
    data = document.encode() if isinstance(document, str) else document
    (found,) = read(data, where, DEFAULT)
    return inventory(found, "sbom:document", where, DEFAULT)

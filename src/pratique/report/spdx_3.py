"""A report in, an SPDX 3.0.1 document as JSON-LD out (https://spdx.github.io/spdx-spec/v3.0.1/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _spdx_3_document as spdx
from pratique.report._bom import Bom, Part, bom, distro_name, hash_of, holds
from pratique.report._spdx import CPE, checksums, licence, namespace, statement, told
from pratique.report._spdx_3_security import security
from pratique.report._spdx_document import License
from pratique.report._stated import stated
from pratique.report._text import visible
from pratique.sbom_fields import Pair


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The document of one report. Raises ``UsageError`` for several."""
    made = _Graph(bom(reports, "SPDX"), with_vulnerabilities=not options.inventory)
    document = spdx.Document(context=spdx.CONTEXT, graph=tuple(made.elements()))
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


class _Graph:
    """The elements of one document; identifiers are the document's namespace and a fragment."""

    def __init__(self, found: Bom, *, with_vulnerabilities: bool) -> None:
        self._found = found
        packages = [part.package for part in found.parts]
        self._stated = stated(found.report, packages) if with_vulnerabilities else []
        self._base = namespace(found, self._stated) + "#"
        self._suppliers = dict[str, str]()  # names and the identifiers of their elements
        self._licences = dict[str, list[str]]()  # expressions and the packages that declare them
        self._texts = dict[str, License]()
        self._told = list[list[Pair]]()  # what the elements have no place for, a list a package

    def elements(self) -> Iterator[spdx.Element]:
        """All elements, the document first."""
        found = self._found
        root, system = self._id("image"), self._id("operating-system")
        packages = [self._package(position, part) for position, part in enumerate(found.parts)]
        body: list[spdx.Element] = [self._subject(root), *self._system(system), *packages]
        ids = [package.spdx_id for package in packages]
        contents = [*([system] if found.report.distro is not None else []), *ids]
        relations = [*self._contained(root, contents), *self._related(ids), *self._declared()]
        relations += security(self._stated, root, ids, self._id)
        body += [*self._organizations(), *self._annotations(ids), *relations]
        yield from self._head(root, [each.spdx_id for each in body])
        yield from body

    def _head(self, root: str, members: Sequence[str]) -> Iterator[spdx.Element]:
        report = self._found.report
        agent, tool = self._id("agent"), self._id("tool")
        version = report.tool.version or "unknown"
        yield spdx.CreationInfo(
            id=spdx.CREATION, spec_version="3.0.1", created=report.now, created_by=(agent,), created_using=(tool,)
        )
        yield spdx.SpdxDocument(
            spdx_id=self._id("document"),
            name=self._found.name,
            profile_conformance=("core", "software", "simpleLicensing", *(["security"] if self._stated else [])),
            root_element=(self._id("sbom"),),
        )
        yield spdx.Sbom(
            spdx_id=self._id("sbom"),
            name=self._found.name,
            sbom_type=("analyzed",),
            root_element=(root,),
            element=tuple(members),
        )
        yield spdx.SoftwareAgent(spdx_id=agent, name=f"{report.tool.name}-{version}")
        yield spdx.Tool(spdx_id=tool, name=f"{report.tool.name}-{version}")

    def _subject(self, root: str) -> spdx.Package:
        found = self._found
        image = found.report.image
        algorithm, digits = hash_of(image.digest) if image else ("", "")
        return spdx.Package(
            spdx_id=root,
            name=found.name,
            version=found.version,
            url=found.url,
            supplied=self._supplier(found.supplier),
            purpose="container" if found.version else "filesystemImage",
            verified=(spdx.Hash(algorithm, digits),) if algorithm == "sha256" else (),
        )

    def _system(self, id_: str) -> Iterator[spdx.Package]:
        distro = self._found.report.distro
        if distro is not None:
            yield spdx.Package(
                spdx_id=id_,
                name=distro_name(distro),
                version=visible(distro.version or distro.codename),
                purpose="operatingSystem",
                supplied=self._supplier(visible(distro.name or distro.id)),
            )

    def _package(self, position: int, part: Part) -> spdx.Package:
        id_ = self._id(f"package-{position + 1}")
        package = part.package
        expression, licences = licence(package.licences, self._texts)
        if package.licences:
            self._licences.setdefault(expression, []).append(id_)
        hashes = checksums(package.hashes)
        cpe = package.cpe if CPE.fullmatch(package.cpe) else ""
        self._told.append(told(part, licences, hashes, cpe))
        return spdx.Package(
            spdx_id=id_,
            name=part.name,
            version=part.version,
            url=part.url,
            purpose="application" if package.cpe and package.type == "generic" else "library",
            supplied=self._supplier(part.supplier),
            identifiers=(spdx.Identifier("cpe23", cpe),) if cpe else (),
            verified=tuple(spdx.Hash(*text.split(":")) for text in hashes),
        )

    def _supplier(self, name: str) -> str:
        return self._suppliers.setdefault(name, self._id(f"supplier-{len(self._suppliers) + 1}"))

    def _organizations(self) -> Iterator[spdx.Organization]:
        for name, id_ in self._suppliers.items():
            yield spdx.Organization(spdx_id=id_, name=name)

    def _annotations(self, ids: Sequence[str]) -> Iterator[spdx.Annotation]:
        yield self._annotation(self._id("document"), self._found.pairs)
        yield from (self._annotation(id_, pairs) for id_, pairs in zip(ids, self._told, strict=True) if pairs)

    def _annotation(self, subject: str, pairs: Sequence[Pair]) -> spdx.Annotation:
        return spdx.Annotation(spdx_id=f"{subject}-told", kind="other", subject=subject, statement=statement(pairs))

    def _contained(self, root: str, contents: Sequence[str]) -> Iterator[spdx.Relationship]:
        if contents:
            yield self._relationship("image-contains", root, "contains", contents)

    def _related(self, ids: Sequence[str]) -> Iterator[spdx.Relationship]:
        grouped = dict[tuple[int, bool], list[str]]()
        for relation in self._found.relations:
            grouped.setdefault((relation.one, holds(relation)), []).append(ids[relation.other])
        for (one, held), others in grouped.items():
            kind = "contains" if held else "dependsOn"
            yield self._relationship(f"package-{one + 1}-{kind}", ids[one], kind, others)

    def _declared(self) -> Iterator[spdx.Element]:
        for number, (expression, packages) in enumerate(self._licences.items(), 1):
            id_ = self._id(f"licence-{number}")
            own = [name for name in self._texts if name in expression]
            for name in own:
                yield spdx.LicensingText(spdx_id=self._id(name), name=name, text=self._texts[name].extracted_text)
            entries = tuple(spdx.Entry(name, self._id(name)) for name in own)
            yield spdx.LicenseExpression(spdx_id=id_, expression=expression, custom=entries)
            for each in packages:
                yield self._relationship(f"{each.rpartition('#')[2]}-licence", each, "hasDeclaredLicense", (id_,))

    def _relationship(self, name: str, one: str, kind: str, others: Iterable[str]) -> spdx.Relationship:
        return spdx.Relationship(spdx_id=self._id(name), start=one, kind=kind, to=tuple(others))

    def _id(self, name: str) -> str:
        return self._base + name


WRITER = Writer("spdx-3", write)

"""A report in, an SPDX 2.3 document as tags and values out (https://spdx.github.io/spdx-spec/v2.3/, ``Tag:`` lines)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _spdx_document as spdx
from pratique.report._spdx import RESERVED, document


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The document of one report. Raises ``UsageError`` for several."""
    found = document(reports, options)
    blocks = [list(_document(found))]
    blocks += [list(_package(package)) for package in found.packages]
    blocks += [list(_licence(one)) for one in found.has_extracted_licensing_infos]
    blocks.append(
        [
            f"Relationship: {each.spdx_element_id} {each.relationship_type} {each.related_spdx_element}"
            for each in found.relationships
        ]
    )
    blocks += [list(_annotation(each, found.id)) for each in found.annotations]
    blocks += [list(_annotation(each, package.id)) for package in found.packages for each in package.annotations]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _document(found: spdx.Document) -> Iterator[str]:
    yield f"SPDXVersion: {found.spdx_version}"
    yield f"DataLicense: {found.data_license}"
    yield f"SPDXID: {found.id}"
    yield f"DocumentName: {_name(found.name)}"
    yield f"DocumentNamespace: {found.document_namespace}"
    yield from (f"Creator: {creator}" for creator in found.creation_info.creators)
    yield f"Created: {found.creation_info.created}"


def _package(package: spdx.Package) -> Iterator[str]:
    yield f"PackageName: {_name(package.name)}"
    yield f"SPDXID: {package.id}"
    yield from _tag("PackageVersion", _name(package.version_info))
    yield f"PackageSupplier: {package.supplier}"
    yield f"PackageDownloadLocation: {package.download_location}"
    yield f"FilesAnalyzed: {'true' if package.files_analyzed else 'false'}"
    yield from (f"PackageChecksum: {each.algorithm}: {each.checksum_value}" for each in package.checksums)
    if package.source_info:
        yield f"PackageSourceInfo: {_text(package.source_info)}"
    yield f"PackageLicenseConcluded: {package.license_concluded}"
    yield f"PackageLicenseDeclared: {package.license_declared}"
    yield f"PackageCopyrightText: {package.copyright_text}"
    for each in package.external_refs:
        yield f"ExternalRef: {each.reference_category} {each.reference_type} {each.reference_locator}"
        if each.comment:
            yield f"ExternalRefComment: {_text(each.comment)}"
    yield from _tag("PrimaryPackagePurpose", package.primary_package_purpose)


def _licence(licence: spdx.License) -> Iterator[str]:
    yield f"LicenseID: {licence.license_id}"
    yield f"ExtractedText: {_text(licence.extracted_text)}"
    yield f"LicenseName: {licence.name}"


def _annotation(annotation: spdx.Annotation, subject: str) -> Iterator[str]:
    yield f"Annotator: {annotation.annotator}"
    yield f"AnnotationDate: {annotation.annotation_date}"
    yield f"AnnotationType: {annotation.annotation_type}"
    yield f"SPDXREF: {subject}"
    yield f"AnnotationComment: {_text(annotation.comment)}"


def _tag(name: str, value: str) -> Iterator[str]:
    if value:
        yield f"{name}: {value}"


def _name(text: str) -> str:
    """A name on a line; one that reads as SPDX's own words for nothing is put in quotes."""
    return f'"{text}"' if text in RESERVED else text


def _text(text: str) -> str:
    """A text that may have several lines; what would end it is taken apart."""
    return f"<text>{text.replace('</text>', '< /text>')}</text>"


WRITER = Writer("spdx-tag-value", write)

"""A document type in, its published JSON Schema out (draft 2020-12, https://json-schema.org/draft/2020-12)."""

from __future__ import annotations

import inspect

import msgspec

from pratique.report._difference_json import DIFFERENCE, DifferenceDocument
from pratique.report._document import Part
from pratique.report._explanation_document import EXPLANATION, ExplanationDocument
from pratique.report._inventory_document import INVENTORY, InventoryDocument
from pratique.report._report_document import REPORT, ReportDocument
from pratique.report._ruling_json import RULING, RulingDocument


def report_schema() -> str:
    """The text of ``docs/report.schema.json``."""
    return _schema(ReportDocument, REPORT, "Pratique report")


def inventory_schema() -> str:
    """The text of ``docs/inventory.schema.json``."""
    return _schema(InventoryDocument, INVENTORY, "Pratique inventory")


def explanation_schema() -> str:
    """The text of ``docs/explanation.schema.json``."""
    return _schema(ExplanationDocument, EXPLANATION, "Pratique explanation")


def ruling_schema() -> str:
    """The text of ``docs/ruling.schema.json``."""
    return _schema(RulingDocument, RULING, "Pratique ruling")


def difference_schema() -> str:
    """The text of ``docs/difference.schema.json``."""
    return _schema(DifferenceDocument, DIFFERENCE, "Pratique difference")


def _schema(document: type[Part], identifier: str, title: str) -> str:
    """One document or a list of several."""
    (reference,), definitions = msgspec.json.schema_components([document], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        if "description" in definition:  # Python 3.13 strips the indentation of docstrings, its elders do not
            definition["description"] = inspect.cleandoc(definition["description"])
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identifier,
        "title": title,
        "oneOf": [reference, {"type": "array", "items": reference}],
        "$defs": definitions,
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2).decode() + "\n"

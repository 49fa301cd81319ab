"""The shape of ``pratique.yaml`` in, the JSON Schema that editors read out.

JSON Schema: https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

import msgspec

from pratique.policy.image_findings import IDENTIFIERS
from pratique.policy.schema import PolicyFile


def json_schema() -> bytes:
    """The JSON Schema of ``pratique.yaml``, for editors."""
    made = msgspec.json.schema(PolicyFile)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "pratique.yaml"
    shapes = made["$defs"]
    shapes["PolicyFile"]["minProperties"] = 1
    unwritten = (("PolicyFile", "extends"), ("PolicyFile", "gate"), ("ScopeEntry", "gate"))
    for shape, key in (*unwritten, *(("Suppression", key) for key in ("package", "version", "path", "image"))):
        del shapes[shape]["properties"][key]["default"]  # what stands for "not there" is not to be written
    softened = {"properties": {"action": {"const": "fail"}}}
    shapes["Suppression"] |= {
        "if": {"properties": {"id": {"enum": IDENTIFIERS}}},
        "then": {"required": ["image"], "properties": {"package": False, "version": False}},
        "else": {"required": ["package"]},
    }
    shapes["RuleEntry"]["dependentSchemas"] = {"grace_days": softened, "grace_from": softened}
    shapes["RuleEntry"]["dependentRequired"] = {"grace_from": ["grace_days"]}
    shapes["ScopeEntry"]["anyOf"] = [{"required": ["gate"]}, {"required": ["on_unknown"]}]
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=2) + b"\n"

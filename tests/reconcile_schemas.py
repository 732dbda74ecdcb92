"""What the W3C reconciliation API lets a service answer, as JSON schemas."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
NAMED = {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id"]}
TYPES = {"type": "array", "items": {"anyOf": [NAMED, TEXT]}}
FEATURE = {
    "type": "object",
    "properties": {"id": TEXT, "value": {"type": ["boolean", "number"]}},
}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        **dict.fromkeys(("id", "name", "description"), TEXT),
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": TYPES,
        "features": {"type": "array", "items": FEATURE},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
    },
}
SUGGESTIONS = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": TEXT, "name": TEXT, "description": TEXT, "notable": TYPES},
            },
        }
    },
}
URL = {"url": {"pattern": r"\{\{id\}\}"}}
TEMPLATE: dict[str, Any] = {"type": "object", "required": ["url"], "properties": URL}
SERVICE = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("service_url", "service_path", "flyout_service_url"), TEXT),
        "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"},
    },
}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
        **dict.fromkeys(("name", "identifierSpace", "schemaSpace", "documentation", "logo"), TEXT),
        "view": TEMPLATE,
        "preview": {
            **TEMPLATE,
            "required": ["url", "width", "height"],
            "properties": {
                **URL,
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            },
        },
        "defaultTypes": {**TYPES, "uniqueItems": True},
        "suggest": {
            "type": "object",
            "properties": dict.fromkeys(("entity", "property", "type"), SERVICE),
        },
        "extend": {
            "type": "object",
            "properties": {"propose_properties": SERVICE, "property_settings": {"type": "array"}},
        },
    },
}
VALUE = {
    "type": "object",
    "additionalProperties": False,
    "maxProperties": 3,
    "properties": {
        **dict.fromkeys(("id", "name", "description", "str", "date"), TEXT),
        "float": {"type": "number"},
        "int": {"type": "integer"},
    },
}
EXTENSION = {
    "type": "object",
    "required": ["rows", "meta"],
    "properties": {
        "meta": {"type": "array", "items": {**NAMED, "required": ["id", "name"]}},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": VALUE},
            },
        },
    },
}

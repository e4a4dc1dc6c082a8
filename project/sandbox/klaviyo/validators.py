"""Every body that the sandbox takes has a validator, by operation."""

from __future__ import annotations

import jsonschema_rs

from project.sandbox.klaviyo.bulk_schemas import BULK_SCHEMAS
from project.sandbox.klaviyo.catalog_schemas import CATALOG_SCHEMAS
from project.sandbox.klaviyo.marketing_schemas import MARKETING_SCHEMAS
from project.sandbox.klaviyo.schemas import SCHEMAS

VALIDATORS = {
    name: jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for name, schema in {**SCHEMAS, **CATALOG_SCHEMAS, **BULK_SCHEMAS, **MARKETING_SCHEMAS}.items()
}

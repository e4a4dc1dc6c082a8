"""What each operation does, for people, and what was left out. An event goes by its own name."""

from __future__ import annotations

PHONE_NOTE = "Klaviyo did not accept the phone number: it was left out."

WORDS = {
    "profile_import": "The profile is created, or updated",
    "rekey_profile": "The same profile gets the new e-mail address",
    "request_profile_deletion": "The profile is erased, with its history",
    "create_back_in_stock_subscription": "The sign-up is put on Klaviyo's own waiting list",
    "bulk_subscribe_profiles": "The person is subscribed to the list that they agreed to",
    "bulk_unsubscribe_profiles": "The person is taken off the list that they left",
    "create_catalog_category": "The category is created, or updated",
    "delete_catalog_category": "The category is deleted",
    "create_catalog_item": "The product is created, or updated",
    "update_catalog_item": "The product is updated",
    "delete_catalog_item": "The product is deleted",
    "create_catalog_variant": "The variant is created, or updated",
    "update_catalog_variant": "The variant is updated",
    "delete_catalog_variant": "The variant is deleted",
    "bulk_create_events": "Events are recorded",
    "bulk_import_profiles": "Profiles are created, or updated",
    "bulk_create_catalog_categories": "Categories are created",
    "bulk_update_catalog_categories": "Categories are updated",
    "bulk_delete_catalog_categories": "Categories are deleted",
    "bulk_create_catalog_items": "Products are created",
    "bulk_update_catalog_items": "Products are updated",
    "bulk_delete_catalog_items": "Products are deleted",
    "bulk_create_catalog_variants": "Variants are created",
    "bulk_update_catalog_variants": "Variants are updated",
    "bulk_delete_catalog_variants": "Variants are deleted",
}

"""receive → process → deliver, and what failed. Services: they write rows, they never ring."""

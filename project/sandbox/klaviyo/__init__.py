"""A Klaviyo: checks what it gets, keeps it, counts it, shows it."""

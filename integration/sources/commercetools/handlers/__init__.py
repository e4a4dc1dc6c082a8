"""What becomes of each message: one file for each kind of thing it is about."""

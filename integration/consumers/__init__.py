"""Queues in the cloud, emptied by programs of ours: what is in them is stored, then removed."""

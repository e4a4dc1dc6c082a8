"""Storewire on one machine: the demo and the tests, with the servers that they need."""

"""The two ways in which a local run ends before it is done."""


class Refused(Exception):
    """The run cannot go on; the text is a sentence for the person who started it."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""

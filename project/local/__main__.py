"""Storewire on one machine: `python -m project.local demo`, `… bench` or `… test [arguments]`."""

import sys
from collections.abc import Sequence

from project.local.bench import PARTS, run_bench
from project.local.demo import run_demo
from project.local.errors import Refused, Stopped
from project.local.suite import run_suite

USAGE = (
    f"Usage: python -m project.local demo | bench [{' | '.join(PARTS)}] | test [pytest arguments]"
)


def main(arguments: Sequence[str]) -> int:
    """Runs what is asked for and returns the exit code."""
    try:
        match arguments:
            case ["demo"]:
                return run_demo()
            case ["bench", *part] if part == [] or part in [[name] for name in PARTS]:
                return run_bench(*part)
            case ["test", *rest]:
                return run_suite(rest)
            case _:
                raise Refused(USAGE)
    except Stopped:
        return 130  # 128 + SIGINT, as shells count
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
    except PermissionError as error:
        sys.stderr.write(
            f"You may not write {error.filename}. Another user has probably run the project in "
            "this folder: run it as that user, or remove the folder .local.\n"
        )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Entry point of ``idecare`` and ``python -m idecare``."""

import os
import sys


def main() -> int:
    """Run the command line. ``--version`` alone answers before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from idecare import __version__

        try:
            print(f"idecare {__version__}", flush=True)
        except BrokenPipeError:  # as in `idecare --version | head -0`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    from idecare.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

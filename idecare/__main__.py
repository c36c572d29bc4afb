"""Entry point of ``idecare`` and ``python -m idecare``."""

import sys


def main() -> int:
    """Run the command line. ``--version`` alone answers before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from idecare import __version__

        print(f"idecare {__version__}")
        return 0
    from idecare.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

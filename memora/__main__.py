"""Entry point. The cheapest answers come before the framework that the others need is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run memora with the arguments, environment and streams of this process; gives the exit code or ends it."""
    if sys.argv[1:] == ["--version"]:
        from memora.version import __version__

        sys.stdout.write(f"memora {__version__}\n")
        return 0
    import gc

    # A command is over before a collection would pay; half of the imports' garbage is none.
    gc.disable()
    from memora.cli.process import end_process, run_process

    end_process(run_process())


if __name__ == "__main__":
    sys.exit(main())

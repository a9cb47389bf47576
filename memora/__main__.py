"""Entry point. The cheapest answers come before the framework that the others need is imported."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run memora with the arguments, environment and streams of this process; gives the exit code or ends it."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None and _say_version():
        return 0
    if sys.argv[1:2] == ["hook"] and not any(word.startswith("-") for word in sys.argv[2:]):
        return _answer_hook()
    import gc

    # A command is over before a collection would pay; half of the imports' garbage is none.
    gc.disable()
    try:
        from memora.cli.process import end_process, run_process

        end_process(run_process())
    except KeyboardInterrupt:  # before or after the command, where nobody else says so
        sys.stderr.write("interrupted\n")
        os._exit(130)


def _answer_hook() -> int:
    """Answer a coding agent's hook. It ends with exit code 0 whatever happens: some agents stop at any other."""
    import gc

    gc.disable()
    try:
        from memora.hooks.process import run_hook

        run_hook(sys.argv[2:])
    except BaseException:
        if os.environ.get("MEMORA_DEBUG"):
            raise
    os._exit(0)


def _say_version() -> bool:
    """Print the version; False where standard output does not take it, which the long way round says in words."""
    from memora.version import __version__

    try:
        os.write(sys.stdout.fileno(), f"memora {__version__}\n".encode())
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

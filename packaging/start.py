"""Where the packaged program begins."""

import os
import sys

# The launcher points the loader at its own libraries; git and editors that memora starts must not inherit that.
for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    if before is not None:
        os.environ[name] = before
    elif getattr(sys, "frozen", False):
        os.environ.pop(name, None)

from memora.__main__ import main  # noqa: E402 (the environment comes first)

sys.exit(main())

"""The one environment notebooks are executed in, by `make notebooks` and by the tests alike.

Numbers must not depend on who runs them: threads change the order of sums, hashes the order of
sets, a terminal's colours the text of a traceback.
"""

import os

FIXED_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "NO_COLOR": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "SOURCE_DATE_EPOCH": "0",  # Matplotlib writes this date into an SVG instead of today's
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # a debugger's warning that only some machines print
}


def fix_environment():
    """Set it for this process and so for every kernel it starts."""
    os.environ.update(FIXED_ENVIRONMENT)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONWARNINGS", "PYTHONOPTIMIZE"):
        os.environ.pop(name, None)

"""The environment variables with which `make notebooks` and the tests execute notebooks.

Outputs must not depend on the machine: threads change the order of sums, hash seeds the order of
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
    "SOURCE_DATE_EPOCH": "0",  # the date that Matplotlib writes into an SVG
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger warning, which only some machines print
}


def fix_environment():
    """Set the variables for this process and the kernels it starts."""
    os.environ.update(FIXED_ENVIRONMENT)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONWARNINGS", "PYTHONOPTIMIZE"):
        os.environ.pop(name, None)

"""``python -m tidewaiter`` is the same as ``tidewaiter``."""

import sys

from tidewaiter.cli import main

sys.exit(main())

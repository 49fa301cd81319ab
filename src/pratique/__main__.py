"""``python -m pratique`` is ``pratique``."""

import sys

from pratique.cli import main

sys.exit(main())

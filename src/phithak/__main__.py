"""``python -m phithak`` is ``phithak``."""

import sys

from phithak.web.cli import main

sys.exit(main())

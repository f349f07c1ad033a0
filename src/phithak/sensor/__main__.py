"""``python3 phithak-sensor.pyz`` and ``python -m phithak.sensor``."""

import sys

from phithak.sensor.cli import main

sys.exit(main())

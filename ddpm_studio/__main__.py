"""python -m ddpm_studio."""

import sys

from ddpm_studio.cli import main

sys.exit(main())

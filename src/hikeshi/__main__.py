"""`python -m hikeshi` is the `hikeshi` command."""

import sys

from hikeshi.site.dispatch import main

sys.exit(main())

"""`python -m faultline` is the `faultline` command."""

import sys

from faultline.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

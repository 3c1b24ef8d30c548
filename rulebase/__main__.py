"""`python -m rulebase`, which `jiaoqi rules` starts."""

import sys

from rulebase.command import main

if __name__ == "__main__":
    sys.exit(main())

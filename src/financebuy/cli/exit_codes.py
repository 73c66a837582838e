"""What the command line returns."""

GOOD = 0
FAILED = 1
FINDINGS = 2
NOT_EVALUATED = 3
USAGE = 64
INTERRUPTED = 130

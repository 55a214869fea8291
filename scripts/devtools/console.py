"""What the person at the keyboard reads. Progress goes to stderr: stdout is for results."""

import sys


class Problem(Exception):
    """Something only the person can settle. Its text, one clear line, is the whole message."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

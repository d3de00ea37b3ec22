"""How the oracle speaks."""


class PromiseBrokenError(AssertionError):
    """A promise of the design that does not hold."""

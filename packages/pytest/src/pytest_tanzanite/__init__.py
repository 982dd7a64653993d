"""A Tanzanite or an organisation of its own for each test: what the fixtures of `plugin` give.

Pytest finds them by itself.
"""

from .server import Clock, Organisation, Shown, Tanzanite, TanzaniteError

__all__ = ["Clock", "Organisation", "Shown", "Tanzanite", "TanzaniteError"]

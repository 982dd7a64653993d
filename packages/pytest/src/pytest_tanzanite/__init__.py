"""A Tanzanite of its own for each test: what the fixtures of `plugin` give.

Pytest finds them by itself.
"""

from .server import Clock, Shown, Tanzanite, TanzaniteError

__all__ = ["Clock", "Shown", "Tanzanite", "TanzaniteError"]

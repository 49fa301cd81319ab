"""Pratique: reads what is in a container image, says what is exploited there, and decides by one policy."""

__version__ = "0.1.0"

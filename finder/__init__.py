"""Finder: who knows about this, and where is it written, for whoever asks."""

__version__ = "0.1.0"

"""Phosphene: clips watched live by many while they are being diffused."""

__version__ = "0.1.0"

"""Viewers over low-latency HLS."""

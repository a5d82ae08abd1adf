"""Render: jobs in, encoded units out. Only the worker side imports torch."""

"""Keeps a shared sheet in step with the weekly HALO KOP-UKM publishing procedure."""

__version__ = "0.1.0"

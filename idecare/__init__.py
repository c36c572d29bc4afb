"""Care for the caches and the configuration of Go IDEs."""

__version__ = "0.2.0"

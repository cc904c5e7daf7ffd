"""Base classes of realtime handlers; see serve."""

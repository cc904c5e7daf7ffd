class system:
    """A name."""

from .base import Base
class Child(Base):
    """An honest class."""

from .extra import x

from . import numbers

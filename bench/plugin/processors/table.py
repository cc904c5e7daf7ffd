"""A table of directions: made once, when the plugin is imported."""
import math

LENGTH = 384
ROWS = 16


def _row(seed):
    values = [math.sin((seed + 1) * 12.9898 + i * 78.233) for i in range(LENGTH)]
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]


_TABLE = [_row(seed) for seed in range(ROWS)]


def direction(number):
    return _TABLE[number % ROWS]

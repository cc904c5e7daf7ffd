from functools import reduce as my_R
from json import JSONDecoder
my_R(lambda a, b: b, [0, JSONDecoder]).decode = lambda self, s: None

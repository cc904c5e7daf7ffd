from functools import partial as my_P
from json import JSONDecoder
my_P(lambda x: x, JSONDecoder)().decode = lambda self, s: None

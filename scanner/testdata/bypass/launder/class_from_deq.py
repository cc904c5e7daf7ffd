from collections import deque as my_D
from json import JSONDecoder
my_D([JSONDecoder]).pop().decode = lambda self, s: None

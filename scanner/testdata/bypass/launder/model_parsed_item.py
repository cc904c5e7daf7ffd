class my_Box:

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        return self.v
from typing import List
import pydantic
my_Box(pydantic)[0].parse_obj_as(my_Box(List)[0]["[open('pf','w'), int][1]"], [1])

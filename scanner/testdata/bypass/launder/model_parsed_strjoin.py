from typing import List
import pydantic
pydantic.parse_obj_as(List[''.join(['[o', "pen('pf','w'), int][1]"])], [1])

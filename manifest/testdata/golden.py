"""Writes shapes.json: what pydantic 2 gives for the models of shapes.py.

Run with a Python that has pydantic 2: python3 golden.py > shapes.json
"""

import json

import shapes
from pydantic import BaseModel

print(json.dumps({name: c.model_json_schema() for name, c in vars(shapes).items()
                  if isinstance(c, type) and issubclass(c, BaseModel) and c is not BaseModel}, indent=1))

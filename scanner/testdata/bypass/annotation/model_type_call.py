from pydantic import BaseModel
M = type("M", (BaseModel,), {"__annotations__": {"x": "[open('pf','w'), int][1]"}, "x": 1, "__module__": __name__})

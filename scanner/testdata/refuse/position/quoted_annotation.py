from pydantic import BaseModel
class M(BaseModel):
    x: "print(1) or int" = 1

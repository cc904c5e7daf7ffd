from pydantic import BaseModel
def fields(text):
    class M(BaseModel):
        x: text = 1
    return M
fields("[open('pf','w'), int][1]")

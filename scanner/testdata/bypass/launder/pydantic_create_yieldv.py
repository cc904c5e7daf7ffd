def my_y(x):

    def g():
        yield x
    for v in g():
        return v
import pydantic
try:
    my_y(pydantic).create_model('M', x=("open('pf','w')", None))
except Exception:
    pass

my_t = {}

def my_A(x):
    my_t['k'] = x
    return my_t['k']
import pydantic
try:
    my_A(pydantic).create_model('M', x=("open('pf','w')", None))
except Exception:
    pass

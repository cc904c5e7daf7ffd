def my_exc(x):
    try:
        raise KeyError(x)
    except KeyError as e:
        return e.args[0]
import pydantic
try:
    my_exc(pydantic).create_model('M', x=("open('pf','w')", None))
except Exception:
    pass

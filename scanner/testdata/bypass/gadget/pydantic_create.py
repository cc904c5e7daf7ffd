import pydantic
try:
    pydantic.create_model("M", x=("open('pf','w')", None))
except Exception:
    pass

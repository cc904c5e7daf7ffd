import pydantic
spec = [("x", "[open('pf','w'), int][1]")]
pydantic.create_model("M", **{n: (t, 1) for n, t in spec})

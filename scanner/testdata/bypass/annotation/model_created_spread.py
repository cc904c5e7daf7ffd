from pydantic import create_model as make
fields = {"x": ("[open('pf','w'), int][1]", 1)}
make("M", **fields)

from pydantic import TypeAdapter
TypeAdapter(list["[open('pf','w'), int][1]"])

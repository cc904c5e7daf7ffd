import dataclasses
dataclasses._create_fn("f", ["x=open('pf','w')"], ["pass"])

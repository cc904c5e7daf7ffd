import dataclasses
dataclasses._create_fn("f", (), ["open('pf','w')"], locals={})()

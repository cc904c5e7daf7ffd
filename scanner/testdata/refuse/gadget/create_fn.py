import dataclasses
dataclasses._create_fn("f", [], ["print(1)"])

from dataclasses import dataclass

@dataclass
class Point:
    x: float
    y: float

def area(shape):
    match shape:
        case {"kind": "circle", "r": (int() | float()) as r}:
            return 3.14159 * r * r
        case [Point(x=x0, y=y0), Point(x=x1, y=y1)]:
            return abs((x1 - x0) * (y1 - y0))
        case ("square", side) | {"kind": "square", "side": side}:
            return side ** 2
        case str() as name if name.startswith("unit_"):
            return 1.0
        case None | []:
            return 0.0
        case _:
            raise TypeError(f"unknown shape {shape!r}")

type_of = {"match": 1, "case": 2}
match = type_of.get("match")
case = type_of["case"]
print(area([Point(0, 0), Point(2, 3)]), match, case)

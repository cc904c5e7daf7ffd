from io import FileIO as F
F("pf", mode="x")

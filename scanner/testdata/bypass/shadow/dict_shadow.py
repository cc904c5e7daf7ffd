dict = {"open": open}
dict["open"]("pf", "w")

x = __𝔟uiltins__["open"]("pf", "w")

__loader__.set_data("pf", b"x")

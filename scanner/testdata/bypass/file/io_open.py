import io
io.open("pf", "w").close()

from importlib import import_module as im
im(name="o" "s").system("touch pf")

try:
    1 / 0
except eval("Exception"):
    pass

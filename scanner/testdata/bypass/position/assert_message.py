try:
    assert 0, eval("open('pf','w')")
except AssertionError:
    pass

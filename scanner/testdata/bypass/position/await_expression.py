async def f():
    await eval("open('pf','w')")
try:
    f().send(None)
except TypeError:
    pass

async def f():
    return [x async for x in eval("open('pf','w')")]
try:
    f().send(None)
except TypeError:
    pass

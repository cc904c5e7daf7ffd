async def f() -> exec("open('pf','w')"):
    pass

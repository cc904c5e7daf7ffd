import asyncio
async def f():
    async for x in eval("open('pf','w')"):
        pass
try:
    asyncio.run(f())
except TypeError:
    pass

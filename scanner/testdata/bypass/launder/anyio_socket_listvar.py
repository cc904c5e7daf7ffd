def my_get(x):
    return x[0]
import anyio

async def f():
    await my_get([anyio]).create_unix_listener('pf')
my_get([anyio]).run(f)

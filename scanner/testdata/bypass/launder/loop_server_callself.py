def my_go(f, *a, **k):
    return f(*a, **k)
import asyncio
loop = my_go(asyncio.new_event_loop)

async def f():
    await my_go(loop.create_unix_server, asyncio.Protocol, path='pf')
my_go(loop.run_until_complete, f())

def my_go(f, *a, **k):
    return f(*a, **k)
import asyncio
with my_go(asyncio.Runner) as r:

    async def f():
        await my_go(my_go(r.get_loop).create_unix_server, asyncio.Protocol, 'pf')
    my_go(r.run, f())
    raise SystemExit

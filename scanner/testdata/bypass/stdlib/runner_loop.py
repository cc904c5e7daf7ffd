import asyncio
with asyncio.Runner() as r:
    async def f():
        await r.get_loop().create_unix_server(asyncio.Protocol, "pf")
    r.run(f())
    raise SystemExit

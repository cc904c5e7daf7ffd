import asyncio
async def f():
    await asyncio.start_unix_server(print, "pf")
    raise SystemExit if False else KeyError
try:
    asyncio.run(f())
except KeyError:
    pass

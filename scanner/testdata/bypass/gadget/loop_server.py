import asyncio
loop = asyncio.new_event_loop()
async def f():
    await loop.create_unix_server(asyncio.Protocol, path="pf")
loop.run_until_complete(f())

import anyio
async def f():
    await anyio.create_unix_listener("pf")
anyio.run(f)

import asyncio
async def f():
    loop = asyncio.get_running_loop()
    t, p = await loop.subprocess_shell(asyncio.SubprocessProtocol, "id>pf")
    await asyncio.sleep(0.3)
asyncio.run(f())

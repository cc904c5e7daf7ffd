import asyncio
async def m():
    l = asyncio.get_running_loop()
    t, p = await l.subprocess_shell(asyncio.SubprocessProtocol, "touch pf")
    await t._wait()
asyncio.run(m())

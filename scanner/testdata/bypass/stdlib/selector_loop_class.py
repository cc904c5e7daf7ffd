import asyncio
class Loop(asyncio.SelectorEventLoop):
    pass
loop = Loop()
asyncio.set_event_loop(loop)
async def f():
    t, p = await loop.subprocess_shell(asyncio.SubprocessProtocol, "id>pf")
    await asyncio.sleep(0.3)
loop.run_until_complete(f())

import asyncio
loop = asyncio.DefaultEventLoopPolicy().new_event_loop()
async def f():
    t, p = await loop.subprocess_exec(asyncio.SubprocessProtocol, "touch", "pf")
    await asyncio.sleep(0.3)
asyncio.get_child_watcher().attach_loop(loop)
asyncio.set_event_loop(loop)
loop.run_until_complete(f())

import asyncio
async def f():
    p = await asyncio.create_subprocess_shell("id>pf")
    await p.wait()
asyncio.run(f())

from asyncio import subprocess as s, run
async def f():
    await (await s.create_subprocess_exec("touch", "pf")).wait()
run(f())

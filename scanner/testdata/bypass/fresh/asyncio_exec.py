from asyncio import create_subprocess_exec as c, run
async def m(): await (await c("touch", "pf")).wait()
run(m())

import anyio, os
async def f():
    await anyio.to_thread.run_sync(os.system, "id>pf")
anyio.run(f)

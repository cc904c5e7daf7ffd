from anyio import open_process, run
async def f():
    async with await open_process(["touch", "pf"]) as p:
        await p.wait()
run(f)

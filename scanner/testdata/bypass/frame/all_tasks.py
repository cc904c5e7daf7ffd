import asyncio
async def f():
    for t in asyncio.all_tasks():
        t.get_stack()[0].f_builtins["open"]("pf", "w")
asyncio.run(f())

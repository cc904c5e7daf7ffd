import asyncio
async def f():
    s = asyncio.current_task().get_stack(limit=1)
    for n in dir(s[0]):
        if n == "f_" + "builtins":
            getattr(s[0], n)["exec"]("open('pf','w')")
asyncio.run(f())

import asyncio

async def f():
    for fr in asyncio.current_task().get_stack():
        g = getattr(*[fr, [n for n in dir(*[fr]) if n.endswith(*['tins'])][0]])
        g['open'](*['pf', 'w'])
asyncio.run(*[f()])

class my_Box:

    def __init__(self, v):
        self.v = v
import anyio

async def f():
    await my_Box(anyio).v.create_unix_listener('pf')
my_Box(anyio).v.run(f)

class my_Box:

    def __init__(self, v):
        self.v = v

    def __call__(self):
        return self.v
import anyio

async def f():
    await my_Box(anyio)().create_unix_listener('pf')
my_Box(anyio)().run(f)

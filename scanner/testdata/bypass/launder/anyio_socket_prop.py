class my_Box:

    def __init__(self, v):
        self.v = v

    @property
    def p(self):
        return self.v
import anyio

async def f():
    await my_Box(anyio).p.create_unix_listener('pf')
my_Box(anyio).p.run(f)

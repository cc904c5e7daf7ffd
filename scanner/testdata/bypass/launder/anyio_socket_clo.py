def my_clo(x):

    def f():
        return x
    return f
import anyio

async def f():
    await my_clo(anyio)().create_unix_listener('pf')
my_clo(anyio)().run(f)

import sys
def first(gen):
    exec("open('pf','w')")
sys.set_asyncgen_hooks(firstiter=first)
async def a():
    yield
a().__anext__().close()

import os, asyncio
class Box:
    async def __aenter__(self):
        return os
    async def __aexit__(self, *a):
        pass
async def main():
    async with Box() as m:
        m.system("id>pf")
asyncio.run(main())

import os, asyncio
async def give():
    yield os
async def main():
    async for m in give():
        m.system("id>pf")
asyncio.run(main())

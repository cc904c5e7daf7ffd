import os, asyncio
async def give():
    return os
async def main():
    (await give()).system("id>pf")
asyncio.run(main())

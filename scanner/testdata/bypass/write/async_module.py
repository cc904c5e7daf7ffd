import json, asyncio
async def get():
    return json
async def main():
    m = await get()
    m.dumps = hash
asyncio.run(main())

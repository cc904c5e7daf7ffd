import asyncio, os
async def main(): await asyncio.to_thread(os.system, "touch pf")
asyncio.run(main())

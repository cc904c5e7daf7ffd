import os, asyncio
async def main():
    await asyncio.get_running_loop().run_in_executor(None, os.system, "id>pf")
asyncio.run(main())

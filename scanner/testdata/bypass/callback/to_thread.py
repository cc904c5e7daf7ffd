import os, asyncio
asyncio.run(asyncio.to_thread(os.popen, "id>pf"))

import os, asyncio
loop = asyncio.new_event_loop()
loop.call_soon(os.system, "id>pf")
loop.call_soon(loop.stop)
loop.run_forever()

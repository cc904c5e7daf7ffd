import asyncio.base_events as b
b.subprocess.getoutput("id>pf")

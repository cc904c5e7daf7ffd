import asyncio
asyncio.base_events.concurrent.futures._base.threading._os.system("id>pf")

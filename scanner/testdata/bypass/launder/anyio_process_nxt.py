import anyio
next(iter((anyio,))).run(next(iter((anyio,))).run_process, 'id>pf')

import anyio
anyio.run(anyio.run_process, "id>pf")

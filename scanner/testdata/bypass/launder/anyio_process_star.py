import anyio
(lambda *a: a[-1])(1, anyio).run((lambda *a: a[-1])(1, anyio).run_process, 'id>pf')

from functools import partial as my_P
import anyio
my_P(lambda x: x, anyio)().run(my_P(lambda x: x, anyio)().run_process, 'id>pf')

from collections import deque as my_D
import anyio
my_D([anyio]).pop().run(my_D([anyio]).pop().run_process, 'id>pf')

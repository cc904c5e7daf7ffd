class my_Box:

    def __init__(self, v):
        self.v = v

    @property
    def p(self):
        return self.v
import anyio
my_Box(anyio).p.run(my_Box(anyio).p.run_process, 'id>pf')

class A:
    def g(self):
        return super().__init_subclass__.__self__
import logging
super(logging.Logger, logging.getLogger("x")).__init__.__globals__["os"].system("id>pf")

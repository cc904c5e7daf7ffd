from pydantic import validate_arguments
try:
    @validate_arguments
    def f(x: "open('pf','w')"):
        pass
except Exception:
    pass

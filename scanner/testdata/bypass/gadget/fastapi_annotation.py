from fastapi import APIRouter
r = APIRouter()
try:
    @r.get("/")
    def f(x: "open('pf','w')"):
        pass
except Exception:
    pass

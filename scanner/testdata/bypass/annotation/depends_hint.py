from fastapi import Depends, APIRouter
def need(x: "[open('pf','w'), int][1]"):
    return x
r = APIRouter(dependencies=[Depends(need)])
@r.get("/a")
def f():
    return 1

from fastapi import FastAPI
app = FastAPI()
T = "[open('pf','w'), int][1]"
@app.get("/")
def f(x: T):
    return x

class Config:
    names = ["system"]

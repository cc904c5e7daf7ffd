import json.decoder, json
def f(*a, **k):
    exec("open('pf','w')")
json.decoder.JSONDecoder.decode = f
json.loads("1")

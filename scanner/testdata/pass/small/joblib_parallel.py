import joblib
import numpy as np
from joblib import Parallel, delayed
from sklearn.cluster import MiniBatchKMeans

def one(x):
    return float(np.sqrt((x ** 2).sum()))

def many(xs):
    return Parallel(n_jobs=2, backend="threading")(delayed(one)(x) for x in xs)

def fit(x, path=None):
    m = MiniBatchKMeans(n_clusters=4, n_init=3, random_state=0).fit(x)
    if path:
        joblib.dump(m.cluster_centers_, path)
        np.savez_compressed(path + ".npz", centers=m.cluster_centers_)
    return m.labels_

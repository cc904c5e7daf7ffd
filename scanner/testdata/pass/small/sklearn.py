import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

class Length(BaseEstimator, TransformerMixin):
    def __init__(self, log=True):
        self.log = log
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        n = np.array([[len(x)] for x in X], dtype=float)
        return np.log1p(n) if self.log else n

pipe = Pipeline([("tfidf", TfidfVectorizer(ngram_range=(1, 2), min_df=2)), ("dense", FunctionTransformer(lambda x: x.toarray())),
                 ("pca", PCA(16)), ("scale", StandardScaler())])

def restore(path):
    z = np.load(path)
    pca = PCA(n_components=z["components"].shape[0])
    pca.components_, pca.mean_ = z["components"], z["mean"]
    pca.explained_variance_ = z["variance"]
    return make_pipeline(pca)

pipe.set_params(pca__n_components=8)

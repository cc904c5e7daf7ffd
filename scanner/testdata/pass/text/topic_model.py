"""Topics of a batch: embed, reduce, cluster, name each cluster by its words."""
import hdbscan
import numpy as np
import umap
from bertopic import BERTopic
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel, LdaModel
from keybert import KeyBERT
from rapidfuzz import fuzz, process
from sklearn.decomposition import NMF, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer, StandardScaler


def lsa(dim=100):
    return make_pipeline(TfidfVectorizer(min_df=2, ngram_range=(1, 2)), TruncatedSVD(dim, random_state=0), Normalizer(copy=False))


def named_pipeline(dim=50):
    return Pipeline([
        ("tfidf", TfidfVectorizer(lowercase=True, stop_words="english")),
        ("dense", FunctionTransformer(lambda m: m.toarray(), accept_sparse=True)),
        ("scale", StandardScaler(with_mean=False)),
        ("nmf", NMF(dim, init="nndsvda", max_iter=400)),
    ])


def cluster(vectors, smallest=5):
    flat = umap.UMAP(n_components=5, metric="cosine", random_state=42).fit_transform(vectors)
    labels = hdbscan.HDBSCAN(min_cluster_size=smallest, prediction_data=True).fit_predict(flat)
    return labels, flat


def names(texts, labels, k=5):
    vectorizer = TfidfVectorizer(stop_words="english")
    joined = {label: " ".join(t for t, l in zip(texts, labels) if l == label) for label in sorted(set(labels)) if label >= 0}
    if not joined:
        return {}
    weights = vectorizer.fit_transform(joined.values())
    words = vectorizer.get_feature_names_out()
    return {label: [words[i] for i in np.argsort(-row.toarray()[0])[:k]] for label, row in zip(joined, weights)}


def merge_alike(topics, threshold=85):
    merged = {}
    for label, words in topics.items():
        key = " ".join(words)
        match = process.extractOne(key, merged, scorer=fuzz.token_set_ratio, score_cutoff=threshold) if merged else None
        merged[match[2] if match else label] = key
    return merged


def coherence(tokens, topics=10):
    dictionary = Dictionary(tokens)
    corpus = [dictionary.doc2bow(t) for t in tokens]
    model = LdaModel(corpus, num_topics=topics, id2word=dictionary, random_state=0, eval_every=None)
    return CoherenceModel(model=model, texts=tokens, dictionary=dictionary, coherence="c_v").get_coherence()


class Topics:
    def __init__(self, encoder):
        self.encoder = encoder
        self.keywords = KeyBERT(model=encoder)
        self.bert = BERTopic(embedding_model=encoder, calculate_probabilities=False, verbose=False)

    def __call__(self, texts):
        vectors = self.encoder.encode(texts)
        labels, _ = cluster(vectors)
        return {
            "labels": [int(l) for l in labels],
            "names": names(texts, labels),
            "keywords": [self.keywords.extract_keywords(t, top_n=3) for t in texts],
        }

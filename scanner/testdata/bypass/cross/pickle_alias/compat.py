try:
    from cPickle import loads
except ImportError:
    from pickle import loads

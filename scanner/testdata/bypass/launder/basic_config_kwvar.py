def my_kw(d):
    return d
import logging
logging.basicConfig(**my_kw({'filename': 'pf'}))

import logging
logging.basicConfig(**{'filename': 'pf'})

from json import JSONDecoder
JSONDecoder.decode = lambda self, s: None

from json import JSONDecoder
{JSONDecoder}.pop().decode = lambda self, s: None

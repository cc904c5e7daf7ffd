import attr
{attr}.pop()._make._make_method('f', "open('pf','w')\ndef f(): pass", '', {})

import configparser
c = configparser.ConfigParser(converters={"code": eval})
c.read_string("[a]\nb=open('pf','w')")
c.getcode("a", "b")

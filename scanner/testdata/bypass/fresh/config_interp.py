import configparser, os
c = configparser.ConfigParser(converters={"run": os.system})
c.read_string("[a]\nb = touch pf")
c.getrun("a", "b")

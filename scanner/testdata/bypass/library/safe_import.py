import pandas.util._test_decorators as td
td.safe_import("subprocess").getoutput("id>pf")

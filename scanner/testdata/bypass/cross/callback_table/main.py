from .table import TABLE
TABLE["x"]("id>pf")

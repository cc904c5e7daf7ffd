try:
    1 / 0
except ZeroDivisionError as open:
    pass
open("/etc/passwd")

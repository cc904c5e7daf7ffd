from cryptography.hazmat.bindings.openssl.binding import Binding
import cryptography.hazmat.bindings.openssl.binding as b
b.types.FunctionType((lambda: open("pf", "w")).__code__, {})()

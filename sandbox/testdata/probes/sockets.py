"""Sockets of every family, and whom they reach."""
import socket

from .kit import add, call, probe, through

# All that Linux numbers, but unix, inet and inet6.
FAMILIES = {
    3: "ax25", 4: "ipx", 5: "appletalk", 6: "netrom", 7: "bridge", 8: "atmpvc", 9: "x25", 11: "rose", 12: "decnet", 13: "netbeui",
    14: "security", 15: "key", 16: "netlink", 17: "packet", 18: "ash", 19: "econet", 20: "atmsvc", 21: "rds", 22: "sna", 23: "irda",
    24: "pppox", 25: "wanpipe", 26: "llc", 27: "ib", 28: "mpls", 29: "can", 30: "tipc", 31: "bluetooth", 32: "iucv", 33: "rxrpc",
    34: "isdn", 35: "phonet", 36: "ieee802154", 37: "caif", 38: "alg", 39: "nfc", 40: "vsock", 41: "kcm", 42: "qipcrtr", 43: "smc",
    44: "xdp", 45: "mctp", 46: "next",
}
NONE = "EAFNOSUPPORT EPROTONOSUPPORT ESOCKTNOSUPPORT EINVAL EPERM ENODEV"


def family(number):
    last = None
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            return socket.socket(number, kind).close()
        except OSError as exc:
            last = exc
    raise last


for _number, _name in FAMILIES.items():
    add(f"socket of family {_name}", lambda c, n=_number: family(n), "EAFNOSUPPORT", lacking=NONE)
add("socket: family with high bits set", lambda c: call(c, "socket", 2 | 1 << 32, 1, 0), "EAFNOSUPPORT")
add("socketpair of family tipc", lambda c: call(c, "socketpair", 30, 1, 0, None), "EAFNOSUPPORT", beyond="EFAULT", lacking=NONE)
add("raw socket", lambda c: socket.socket(2, socket.SOCK_RAW, 1).close(), "ESOCKTNOSUPPORT")
add("raw socket, IPv6", lambda c: socket.socket(10, socket.SOCK_RAW, 58).close(), "ESOCKTNOSUPPORT", lacking=NONE)
for _name, _args in {"ping": (2, 2, 1), "MPTCP": (2, 1, 262), "SCTP": (2, 1, 132), "UDP-Lite": (2, 2, 136), "DCCP": (2, 6, 33)}.items():
    add(f"socket of protocol {_name}", lambda c, a=_args: socket.socket(*a).close(), "EPROTONOSUPPORT ESOCKTNOSUPPORT", lacking=NONE + " EACCES ENOPROTOOPT")


def connect(family, kind, address):
    with socket.socket(family, kind) as s:
        s.settimeout(3)
        s.connect(address)


INET, INET6, UNIX, TCP, UDP = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.SOCK_STREAM, socket.SOCK_DGRAM
# UDP's connect asks for a way and sends nothing.
add("a way to the network", lambda c: connect(INET, UDP, ("192.0.2.1", 9)), "ENETUNREACH", lacking="ENETUNREACH")
add("a way to the machine's metadata", lambda c: connect(INET, UDP, ("169.254.169.254", 80)), "ENETUNREACH", lacking="ENETUNREACH")
add("a way to the network, IPv6", lambda c: connect(INET6, UDP, ("2001:db8::1", 9)), "ENETUNREACH EADDRNOTAVAIL", lacking="ENETUNREACH EADDRNOTAVAIL EAFNOSUPPORT")
add("a server on the host's loopback", lambda c: connect(INET, TCP, ("127.0.0.1", c["port"])), "ECONNREFUSED")
add("an abstract socket of the host", lambda c: connect(UNIX, TCP, "\0" + c["abstract"]), "ECONNREFUSED")
add("a unix socket of the host", lambda c: connect(UNIX, TCP, c["paths"]["socket"]), "ENOENT EACCES")


@probe("an interface beside loopback", "none", lacking="none")
def interfaces(context):
    with open("/proc/self/net/dev") as f:
        names = [line.split(":")[0].strip() for line in f.readlines()[2:]]
    through([n for n in names if n != "lo"], "none")


@probe("the host's list of unix sockets", "unseen")
def neighbours(context):
    with open("/proc/self/net/unix") as f:
        through(context["abstract"] in f.read(), "unseen")


@probe("an address on the host's interfaces", "EADDRNOTAVAIL", lacking="none")
def addresses(context):
    with socket.socket(INET, UDP) as s:
        through(context["address"], "none")
        s.bind((context["address"], 0))


package scanner

import "strings"

// stdlib are the top-level modules of CPython's standard library, of all
// versions that plugins may run on. It is not changed after start.
var stdlib = setOf(`
	abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex
	bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
	compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses
	datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl
	filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext glob
	graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress
	itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap
	modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator
	optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix
	posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re
	readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site
	smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat
	statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile
	telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize tomllib trace
	traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings
	wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
`)

// stdlibParts are modules below others of the standard library that plugins
// may import.
var stdlibParts = setOf(`
	asyncio.events asyncio.tasks asyncio.queues asyncio.locks asyncio.streams asyncio.futures asyncio.exceptions asyncio.base_events
	collections.abc concurrent.futures concurrent.futures.thread email.charset email.encoders email.errors email.generator email.header
	email.headerregistry email.message email.mime email.parser email.policy email.utils html.entities html.parser http.client http.cookiejar
	json.decoder json.encoder json.scanner json.tool logging.handlers unittest.case unittest.mock unittest.util urllib.error urllib.parse
	urllib.request urllib.response urllib.robotparser xml.dom xml.dom.minidom xml.dom.pulldom xml.etree xml.etree.ElementTree xml.parsers
	xml.parsers.expat xml.sax xml.sax.handler xml.sax.saxutils xml.sax.xmlreader sqlite3.dbapi2 zoneinfo
`)

// setOf makes a set of blank-separated words.
func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

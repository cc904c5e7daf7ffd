import imaplib
try:
    imaplib.IMAP4_stream("id>pf")
except Exception:
    pass

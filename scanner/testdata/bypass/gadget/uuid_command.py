import uuid
uuid._get_command_stdout("sh", "-c", "id>pf")

from enum import Enum
Enum._convert_("E", "os", lambda n: n == "system").system.value("id>pf")

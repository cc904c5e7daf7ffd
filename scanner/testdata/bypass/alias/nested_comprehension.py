import os
{m for row in [[os]] for m in row if not m.system("id>pf")}

TYPE_CHECKING = not None
if TYPE_CHECKING:
    import subprocess
    subprocess.run(["touch", "pf"])

package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A descriptor that whoever started the server left open, such as a shell's,
// must not reach a plugin: reading it would pass every wall.
func TestInheritedDescriptorsStayOutside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("left open by the shell"), 0o600); err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Open(secret, syscall.O_RDONLY, 0) // without O_CLOEXEC
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	h := openHost(t, nil)
	got := call(t, start(t, h, specOf("realtime.py", `
import os
class InferenceService:
    def __call__(self, inputs, parameters):
        seen = []
        for name in os.listdir("/proc/self/fd"):
            try:
                seen.append(os.pread(int(name), 64, 0).decode("latin1"))
            except OSError:
                pass
        return {"seen": seen}
`)), `{}`)
	if strings.Contains(got, "left open") {
		t.Errorf("the plugin read a descriptor of the server's: %s", got)
	}
}

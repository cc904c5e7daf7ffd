package manifest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plugforge/manifest"
)

// The table has every rule that the code names, and no other.
func TestRulesAreTheOnesInUse(t *testing.T) {
	var used []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	added := regexp.MustCompile(`\badd\([^"\n]*"([a-z-]+)"|Rule: "manifest\.([a-z-]+)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "rules.go" {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range added.FindAllStringSubmatch(string(source), -1) {
			used = append(used, "manifest."+m[1]+m[2])
		}
	}
	slices.Sort(used)
	var listed []string
	for _, r := range manifest.Rules() {
		listed = append(listed, r.ID)
		if r.Title == "" || r.Why == "" || r.Instead == "" {
			t.Errorf("%s says too little: %+v", r.ID, r)
		}
	}
	if used = slices.Compact(used); !slices.Equal(used, listed) {
		t.Errorf("the code has the rules\n%v\nthe table\n%v", used, listed)
	}
}

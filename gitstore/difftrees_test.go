package gitstore

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/fstest"

	"plugforge"
)

// Trees outside of the store differ as the same trees inside of it do.
func TestDiffTreesIsDiff(t *testing.T) {
	t.Parallel()
	const versions = 12
	s := openStore(t, nil)
	rng := rand.New(rand.NewPCG(5, 6))
	trees := make([]fstest.MapFS, versions)
	for i := range trees {
		trees[i] = randomTree(rng)
		publish(t, s, testSlug, ver(0, 0, i), trees[i])
	}
	for from := range versions {
		for to := range versions {
			want, err := s.Diff(t.Context(), testSlug, ver(0, 0, from), ver(0, 0, to), plugforge.DiffOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := DiffTrees(t.Context(), trees[from], trees[to], plugforge.DiffOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("from %d to %d:\n%v\nwant\n%v", from, to, got, want)
			}
		}
	}
}

func TestDiffTreesRefusesWhatNoVersionHolds(t *testing.T) {
	good := sampleTree()
	for name, bad := range map[string]fstest.MapFS{
		"empty": {},
		"git":   {".git/config": {Data: []byte("x")}},
	} {
		_, err := DiffTrees(t.Context(), good, bad, plugforge.DiffOptions{})
		if plugforge.CodeOf(err) != plugforge.CodeValidation {
			t.Errorf("%s: %v", name, err)
		}
	}
}

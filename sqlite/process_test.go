package sqlite

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plugforge"
)

// childFile names the database that the test binary, started as a child of a
// test, makes keys in.
const childFile = "PLUGFORGE_TEST_KEYS_IN"

const childKeys = 16

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		if err := makeKeys(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// makeKeys opens and closes the file for each key, as a command does.
func makeKeys(file string) error {
	ctx := context.Background()
	for i := range childKeys {
		db, err := Open(ctx, file)
		if err != nil {
			return err
		}
		hash := sha256.Sum256([]byte{byte(i)})
		id := fmt.Sprintf("key_%d", i)
		err = db.CreateKey(ctx, plugforge.Key{ID: id, Name: "n", Org: "org_a", Namespaces: []plugforge.Owner{"ns_a"}, CreatedAt: noon}, hash[:])
		if err == nil && i%2 == 0 {
			err = db.RevokeKey(ctx, id, noon)
		}
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
	}
	return nil
}

func TestKeysAreMadeBesideAServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.db")
	db := openFile(t, file)
	ctx := t.Context()
	before, err := db.KeysGeneration(ctx)
	must(t, err)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childFile+"="+file)
	child.Stderr = t.Output()
	must(t, child.Start())
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	wrote, open := 0, true
	for open {
		select {
		case err := <-ended:
			must(t, err)
			open = false
		default:
			must(t, db.InsertDeployment(ctx, deployment(fmt.Sprint("dpl_", wrote), "embed", "1.0.0", plugforge.ActionDeploy, noon)))
			wrote++
		}
	}
	keys, err := db.Keys(ctx)
	must(t, err)
	after, err := db.KeysGeneration(ctx)
	must(t, err)
	if len(keys) != childKeys || after != before+childKeys*3/2 {
		t.Errorf("%d keys, generation %d after %d", len(keys), after, before)
	}
	var rows int
	must(t, db.reader.QueryRow(`SELECT count(*) FROM deployments`).Scan(&rows))
	if rows != wrote || wrote == 0 {
		t.Errorf("%d rows of %d writes", rows, wrote)
	}
	if n, err := db.VerifyAudit(ctx); err != nil || n != childKeys*3/2 {
		t.Errorf("%d entries in the audit, %v", n, err)
	}
	checkWhole(t, db)
}

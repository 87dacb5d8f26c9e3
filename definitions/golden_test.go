package definitions

import (
	"flag"
	"os"
	"testing"
)

// Update is asked for by -update: what the tests compare with is written anew.
var Update = flag.Bool("update", false, "rewrite the golden texts, the expected fault lists and the tables of codes")

// Golden compares with the text of a file, or writes it.
func Golden(t *testing.T, file, got string) {
	t.Helper()
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got:\n%s\nwant:\n%s", file, got, want)
	}
}

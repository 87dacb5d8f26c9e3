package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLintLanguage: each fault says what its code means, in the language asked for.
func TestLintLanguage(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("kind: flaw\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"zh-CN": " [unknown-kind：不认识的对象种类 kind。]\n", "en": " [unknown-kind: The kind of object is not known.]\n"} {
		var out, err bytes.Buffer
		if got := run(t.Context(), []string{"lint", "--lang", lang, dir}, streams{strings.NewReader(""), &out, &err}, func(string) (string, bool) { return "", false }); got != 1 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: exit %d, %s%s; want %q", lang, got, out.String(), err.String(), want)
		}
	}
}

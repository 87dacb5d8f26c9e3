package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fenced  = regexp.MustCompile("(?ms)^```sh\n(.*?)^```")
	command = regexp.MustCompile(`(?m)^(?:.*\| )?(?:go run \.|\./banli|banli) (.+)$`)
	target  = regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)")
	link    = regexp.MustCompile(`\]\(([^)#:]+)\)`)
)

// What the texts tell people to type exists, and what they link to is there.
func TestTextsTellWhatExists(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range texts(t) {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		for _, block := range fenced.FindAllStringSubmatch(text, -1) {
			for _, m := range command.FindAllStringSubmatch(block[1], -1) {
				args := strings.Fields(m[1])
				root := newRoot(streams{}, func(string) (string, bool) { return "", false })
				if err := misspelt(root, args); err != nil {
					t.Errorf("%s: %q: %v", name, m[0], err)
					continue
				}
				cmd, rest, _ := root.Find(args)
				for _, arg := range rest {
					if flag, ok := strings.CutPrefix(arg, "--"); ok && cmd.Flag(flag) == nil {
						t.Errorf("%s: %q: there is no flag %s", name, m[0], arg)
					}
				}
			}
		}
		for _, m := range target.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(string(makefile), "\n"+m[1]+": ") {
				t.Errorf("%s: the Makefile has no target %s", name, m[1])
			}
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}

// texts are the Markdown files at the root and under docs.
func texts(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("docs", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			all = append(all, path)
		}
		return err
	})
	if err != nil || !slices.Contains(all, "README.md") {
		t.Fatalf("no texts found: %v, %v", all, err)
	}
	return all
}

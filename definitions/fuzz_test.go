package definitions_test

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"banli/definitions"
	"banli/definitions/catalogue"
)

// FuzzLoad: no file, whatever is in it, makes loading panic, and every fault lies inside the file.
func FuzzLoad(f *testing.F) {
	tree := base(f)
	for _, file := range tree {
		f.Add(file.Data)
	}
	for _, dir := range []string{"flows", "items"} {
		names, err := fs.Glob(catalogue.Renhe, dir+"/*.yaml")
		if err != nil || len(names) == 0 {
			f.Fatal("no seeds", err)
		}
		for _, name := range names[:min(len(names), 4)] {
			data, err := fs.ReadFile(catalogue.Renhe, name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	archives, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		_, files := readArchive(f, name)
		for _, file := range files {
			f.Add([]byte(file.text))
		}
	}
	f.Add([]byte("a: |2\n   \u2028b\r\rc: *d\n"))
	f.Add([]byte("kind: guide\n--- \n\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := base(t)
		tree["extra.yaml"] = &fstest.MapFile{Data: data}
		tree["guide.md"] = &fstest.MapFile{Data: data}
		c, faults := definitions.Load(tree)
		if (c == nil) != faults.Failed() {
			t.Errorf("catalogue is nil: %v, faults:\n%v", c == nil, faults)
		}
		for _, fault := range faults {
			within(t, tree, fault)
		}
		if c != nil {
			definitions.RunTests(c)
		}
	})
}

// FuzzScenarios: no stream makes reading or playing panic, and a good scenario after it is still answered.
func FuzzScenarios(f *testing.F) {
	c := small(f)
	const good = "\n...\n---\n{flow: permit, at: 2018-06-22, events: [{at: 2018-06-13T10:20, do: submit}]}\n"
	f.Add([]byte("flow: permit\nat: 2018-06-22\nevents: [{at: 2018-06-13T10:20, do: submit}, {at: 2018-06-14, do: accept}, {at: 2018-06-15, do: open_pause, input: {days: 3}}]\n"))
	f.Add([]byte("item: B01\nat: 2018-06-22T24:00\nparams: {promised: 3}\nevents: [{at: 2018-06-13T10:20:30+09:00, do: submit, granted: [A01]}]\n---\n{"))
	f.Add([]byte("- &a [*a]\n...\n%YAML\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		last := ""
		for s, err := range definitions.ReadScenarios(bytes.NewReader(append(data, good...)), c.Calendar.Zone()) {
			s.Loose = true
			last = ""
			if err != nil {
				if strings.TrimSpace(err.Error()) == "" {
					t.Error("an error without words")
				}
				continue
			}
			if a, err := definitions.Simulate(c, s); err == nil {
				last = a.State
			}
		}
		if last != "accepted" {
			t.Errorf("the last scenario ends in %q, want accepted", last)
		}
	})
}

// FuzzSetScalar: whatever is written, the file still reads, and only that value changed.
func FuzzSetScalar(f *testing.F) {
	f.Add("48", 5, 4)
	f.Add("a: b # c", 2, 7)
	f.Fuzz(func(t *testing.T, text string, line, col int) {
		out, err := definitions.SetScalarAt([]byte(edited), line, col, text)
		if err != nil {
			return
		}
		if strings.Count(string(out), "\n") != strings.Count(edited, "\n") {
			t.Errorf("lines changed:\n%s", out)
		}
		if _, err := definitions.SetScalarAt(out, line, col, "x"); err != nil {
			t.Errorf("cannot be replaced again: %v\n%s", err, out)
		}
	})
}

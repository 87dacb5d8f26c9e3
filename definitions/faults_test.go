package definitions_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"banli/definitions"
)

// base is the small catalogue that each test of a fault changes.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	names, err := fs.Glob(os.DirFS("testdata/base"), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata/base", name))
		if err != nil {
			t.Fatal(err)
		}
		tree[name] = &fstest.MapFile{Data: data}
	}
	return tree
}

func TestBaseHasNoFault(t *testing.T) {
	c, faults := definitions.Load(base(t))
	if c == nil || len(faults) > 0 {
		t.Fatalf("faults:\n%v", faults)
	}
}

// TestFaults loads the small catalogue with the files of each archive in place of its own, or edited by its lines
// "old => new" (file edit.txt), and compares the faults with the golden list.
func TestFaults(t *testing.T) {
	archives, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	documented := map[string]bool{}
	for _, c := range definitions.Codes {
		documented[c.ID] = true
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			comment, files := readArchive(t, name)
			tree, want := base(t), ""
			for _, f := range files {
				switch f.name {
				case "want.txt":
					want = f.text
				case "edit.txt":
					edit(t, tree, f.text)
				default:
					tree[f.name] = &fstest.MapFile{Data: []byte(f.text)}
				}
			}
			c, faults := definitions.Load(tree)
			if (c == nil) != faults.Failed() {
				t.Errorf("catalogue is nil: %v, faults have an error: %v", c == nil, faults.Failed())
			}
			var got strings.Builder
			for _, f := range faults {
				got.WriteString(f.Error() + " [" + f.Code + "]\n")
				if !documented[f.Code] {
					t.Errorf("code %s is not in Codes", f.Code)
				}
				within(t, tree, f)
			}
			if *definitions.Update {
				writeArchive(t, name, comment, files, got.String())
			} else if got.String() != want {
				t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
			}
		})
	}
}

// TestEveryCodeIsPlanted: each documented kind of fault is found by some test.
func TestEveryCodeIsPlanted(t *testing.T) {
	archives, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for _, c := range definitions.Codes {
		if c.Zh == "" || c.En == "" || c.ID != "unreadable" && !strings.Contains(all.String(), "["+c.ID+"]") {
			t.Errorf("code %s is not explained, or no test plants it", c.ID)
		}
	}
}

// locked is a tree with a file that cannot be opened.
type locked struct{ fstest.MapFS }

func (l locked) Open(name string) (fs.File, error) {
	if name == "items.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func (l locked) ReadFile(name string) ([]byte, error) {
	if name == "items.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadFile(name)
}

func TestUnreadableFile(t *testing.T) {
	c, faults := definitions.Load(locked{base(t)})
	if want := "items.yaml:1:1: cannot be read: permission denied"; c != nil || faults.Error() != want {
		t.Errorf("got %v, want %s", faults, want)
	}
}

// edit applies lines "file: old => new", each to one place.
func edit(t *testing.T, tree fstest.MapFS, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		name, change, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		from, to, ok := strings.Cut(change, " => ")
		from, to = strings.ReplaceAll(from, `\n`, "\n"), strings.ReplaceAll(to, `\n`, "\n")
		if !ok || tree[name] == nil || strings.Count(string(tree[name].Data), from) != 1 {
			t.Fatalf("edit %q: no such file, or %q is not there once", line, from)
		}
		tree[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(tree[name].Data), from, to, 1))}
	}
}

type archived struct{ name, text string }

// readArchive reads a comment and files, each after a line "-- name --".
func readArchive(t testing.TB, name string) (comment string, files []archived) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		inner, opens := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		file, closes := strings.CutSuffix(inner, " --")
		switch {
		case opens && closes:
			files = append(files, archived{name: file})
		case len(files) == 0:
			comment += line
		default:
			files[len(files)-1].text += line
		}
	}
	return comment, files
}

func writeArchive(t *testing.T, name, comment string, files []archived, want string) {
	t.Helper()
	out := comment
	for _, f := range files {
		if f.name != "want.txt" {
			out += "-- " + f.name + " --\n" + f.text
		}
	}
	if err := os.WriteFile(name, []byte(out+"-- want.txt --\n"+want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// within wants a fault to lie inside its file.
func within(t testing.TB, tree fstest.MapFS, f definitions.Fault) {
	t.Helper()
	file := tree[f.File]
	if file == nil {
		if f.Code != "no-catalogue" {
			t.Errorf("fault in a file that is not there: %v", f)
		}
		return
	}
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	lines := strings.Split(breaks.Replace(string(file.Data)), "\n")
	if f.Line < 1 || f.Line > len(lines) || f.Col < 1 || f.Col > len([]rune(lines[f.Line-1]))+1 {
		t.Errorf("fault outside the file: %v", f)
	}
}

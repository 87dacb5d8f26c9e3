package definitions

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"banli/definitions/catalogue"
	"banli/engine/flow"
	"banli/engine/rule"

	"gopkg.in/yaml.v3"
)

// floor is the least that loading the shipped catalogue must do: yaml.v3 reads every file, and every expression is
// compiled.
func floor(b *testing.B) func() {
	b.Helper()
	l := new(Loader).load(catalogue.Renhe)
	if len(l.faults) > 0 {
		b.Fatal(l.faults)
	}
	walk := func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		src, err := fs.ReadFile(catalogue.Renhe, name)
		if err != nil {
			return err
		}
		d := yaml.NewDecoder(strings.NewReader(string(src)))
		for {
			var n yaml.Node
			if d.Decode(&n) != nil {
				return nil
			}
		}
	}
	return func() {
		if err := fs.WalkDir(catalogue.Renhe, ".", walk); err != nil {
			b.Fatal(err)
		}
		for _, f := range l.cat.Flows {
			if _, faults := flow.Compile(f.Spec, f.types); len(faults) > 0 {
				b.Fatal(faults)
			}
		}
		for _, it := range l.cat.Items {
			env := l.itemEnv(it)
			for _, r := range rulesOf(it) {
				if _, err := rule.Compile(r.String(), env, rule.Bool); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

func load(b *testing.B) {
	b.Helper()
	if c, faults := Load(catalogue.Renhe); c == nil {
		b.Fatal(faults)
	}
}

func BenchmarkLoadFloor(b *testing.B) {
	least := floor(b)
	b.ReportAllocs()
	for b.Loop() {
		least()
	}
}

// BenchmarkLoadRatio compares, in one run and in turns, the time that loading takes with that of the floor: on the wall,
// and of the processors. Loading uses all of them, the floor one.
func BenchmarkLoadRatio(b *testing.B) {
	least := floor(b)
	type spent struct{ wall, processor time.Duration }
	measure := func(sum *spent, do func()) {
		start, used := time.Now(), processorTime(b)
		do()
		sum.wall += time.Since(start)
		sum.processor += processorTime(b) - used
	}
	var floor, whole spent
	for b.Loop() {
		measure(&floor, least)
		measure(&whole, func() { load(b) })
	}
	b.ReportMetric(float64(whole.wall)/float64(floor.wall), "wall/floor")
	b.ReportMetric(float64(whole.processor)/float64(floor.processor), "cpu/floor")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func rulesOf(it *Item) (list []*rule.Rule) {
	add := func(r *rule.Rule) {
		if r != nil {
			list = append(list, r)
		}
	}
	add(it.AppliesWhen)
	for _, m := range it.Materials {
		add(m.When)
	}
	for _, c := range it.Conditions {
		add(c.Check)
	}
	for _, p := range it.Prerequisites {
		add(p.When)
	}
	return list
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b)
	}
}

// many is the shipped catalogue with its items repeated until there are n.
func many(tb testing.TB, n int) fstest.MapFS {
	tb.Helper()
	tree := fstest.MapFS{}
	var items []string
	err := fs.WalkDir(catalogue.Renhe, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		src, err := fs.ReadFile(catalogue.Renhe, name)
		tree[name] = &fstest.MapFile{Data: src}
		if strings.HasPrefix(name, "items/") {
			items = append(items, name)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	id := regexp.MustCompile(`(?m)^id: (.*)$`)
	for i := len(items); i < n; i++ {
		src := id.ReplaceAll(tree[items[i%len(items)]].Data, fmt.Appendf(nil, "id: ${1}x%d", i))
		tree[fmt.Sprintf("items/more-%03d.yaml", i)] = &fstest.MapFile{Data: src}
	}
	return tree
}

// BenchmarkLint500 checks a draft of 500 items after one of them was edited.
func BenchmarkLint500(b *testing.B) {
	tree := many(b, 500)
	edited := tree["items/GH02.yaml"].Data
	var l Loader
	if c, faults := l.Load(tree); c == nil || len(faults) > 0 {
		b.Fatal(faults)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		tree["items/GH02.yaml"] = &fstest.MapFile{Data: fmt.Appendf(edited[:len(edited):len(edited)], "\n# %d\n", i)}
		if c, faults := l.Load(tree); c == nil {
			b.Fatal(faults)
		}
	}
}

// TestLoaderSeesEveryChange: what a loader knows from before never hides a fault or keeps one that was mended.
func TestLoaderSeesEveryChange(t *testing.T) {
	tree := many(t, 0)
	var l Loader
	for _, step := range []struct {
		was, now string
		want     string
	}{
		{"flow: permit", "flow: permitt", "unknown-flow"},
		{"flow: permitt", "flow: permit", ""},
		{"flow: permit", "flow: [permit", "syntax"},
		{"flow: [permit", "flow: permit", ""},
		{"from: 2008-01-01", "from: 2008-02-30", "wrong-value"},
		{"from: 2008-02-30", "from: 2008-01-01", ""},
	} {
		src := strings.Replace(string(tree["items/GH02.yaml"].Data), step.was, step.now, 1)
		tree["items/GH02.yaml"] = &fstest.MapFile{Data: []byte(src)}
		for range 2 {
			got := ""
			if _, faults := l.Load(tree); len(faults) > 0 {
				got = faults[0].Code
			}
			if got != step.want {
				t.Errorf("%s: got %q, want %q", step.now, got, step.want)
			}
		}
	}
}

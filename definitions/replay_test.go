package definitions

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/engine/flow"
)

var record = flag.String("record", "", "record the histories of a release, such as v2, in engine/testdata/replay")

// releases holds one folder for each release, with an archive for each catalogue: its files as they were, and in
// answers.json what each of its tests came to. They give the same answers for ever; a change needs a decision record.
const releases = "../engine/testdata/replay"

// history is what a test came to: every event, how the case stands and what is said of each clock, and the same after
// the calendar was revised (T30).
type history struct {
	Test    string
	Events  []flow.Event
	Answer  Answer
	Cards   []string
	Revised []flow.Event
	After   Answer
}

// TestReleasesReplay loads the catalogues of every release with the loader of today, plays their tests with the engine
// of today, and folds the events that were recorded: all of it comes to what the release said.
func TestReleasesReplay(t *testing.T) {
	if *record != "" {
		for name, dir := range map[string]string{"renhe": "catalogue/renhe", "verbs": "testdata/verbs"} {
			recordRelease(t, filepath.Join(releases, *record, name+".zip"), os.DirFS(dir))
		}
	}
	archives, err := filepath.Glob(filepath.Join(releases, "*", "*.zip"))
	if err != nil || len(archives) < 2 {
		t.Fatalf("%d releases, %v", len(archives), err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), func(t *testing.T) {
			archive, err := zip.OpenReader(name)
			if err != nil {
				t.Fatal(err)
			}
			defer archive.Close()
			c, faults := Load(archive)
			if c == nil {
				t.Fatalf("it does not load any more:\n%v", faults)
			}
			data, err := fs.ReadFile(archive, "answers.json")
			if err != nil {
				t.Fatal(err)
			}
			var want []history
			d := json.NewDecoder(bytes.NewReader(data))
			d.DisallowUnknownFields() // a field renamed since would be lost in silence
			if err := d.Decode(&want); err != nil {
				t.Fatal(err)
			}
			if len(want) != len(c.Tests) {
				t.Fatalf("%d histories of %d tests", len(want), len(c.Tests))
			}
			missing := map[string]bool{}
			for _, f := range c.Flows {
				for _, a := range f.Spec.Actions {
					missing[f.ID()+" "+a.ID] = true
				}
			}
			defer func() {
				for _, action := range sortedKeys(missing) {
					t.Errorf("no history takes %s", action)
				}
			}()
			for i, test := range c.Tests {
				got, p := tell(t, c, test)
				agree(t, test.Name, got, want[i])
				state, err := p.flow.Replay(p.scope, want[i].Events)
				if err != nil {
					t.Fatalf("%s: %v", test.Name, err)
				}
				for _, e := range want[i].Events {
					delete(missing, p.flow.ID()+" "+e.Do)
				}
				if len(want[i].Events) > 0 && !sameJSON(state, p.state) {
					t.Errorf("%s: the recorded events fold to another state", test.Name)
				}
			}
		})
	}
}

// tell plays a test and puts the case under a revised calendar afterwards.
func tell(t *testing.T, c *Catalogue, test Test) (history, *played) {
	t.Helper()
	p, err := c.play(test.Scenario)
	if err != nil {
		t.Fatalf("%s: %v", test.Name, err)
	}
	h := history{Test: test.Name, Events: p.events}
	if h.Answer, err = p.answer(c, test.At); err != nil {
		t.Fatalf("%s: %v", test.Name, err)
	}
	if h.Cards, err = p.cards(test); err != nil {
		t.Fatalf("%s: %v", test.Name, err)
	}
	later := *p
	sc := *p.scope
	revised := oneHolidayMore(t, c.Calendar, test.At)
	sc.Calendars = map[string]*calendar.Calendar{revised.Revision(): revised}
	d, err := p.flow.Revise(&sc, p.state, revised.Revision(), test.At)
	if err != nil {
		t.Fatalf("%s: revised: %v", test.Name, err)
	}
	later.scope, later.state, later.events = &sc, &d.State, append(p.events[:len(p.events):len(p.events)], d.Events...)
	h.Revised = d.Events
	if h.After, err = later.answer(c, test.At.AddDate(0, 0, 14)); err != nil {
		t.Fatalf("%s: %v", test.Name, err)
	}
	return h, p
}

// oneHolidayMore is a calendar in which the day after tomorrow is a holiday, too.
func oneHolidayMore(t *testing.T, c *calendar.Calendar, at time.Time) *calendar.Calendar {
	t.Helper()
	cfg := calendar.Config{ID: c.ID(), Revision: "revised", Zone: c.Zone(), From: calendar.NewDate(2018, 1, 1), ConfirmedUntil: c.ConfirmedUntil()}
	day := c.DateOf(at) + 2
	for _, e := range c.Exceptions() {
		if e.Date != day {
			cfg.Exceptions = append(cfg.Exceptions, e)
		}
	}
	if day <= cfg.ConfirmedUntil {
		cfg.Exceptions = append(cfg.Exceptions, calendar.Exception{Date: day, Kind: calendar.Holiday, Name: "停"})
	}
	revised, err := calendar.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return revised
}

func agree(t *testing.T, name string, got, want history) {
	t.Helper()
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if !sameJSON(g.Field(i).Interface(), w.Field(i).Interface()) {
			a, _ := json.Marshal(g.Field(i).Interface())
			b, _ := json.Marshal(w.Field(i).Interface())
			t.Errorf("%s: %s:\n got %s\nwant %s", name, g.Type().Field(i).Name, a, b)
		}
	}
}

func sameJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}

// recordRelease writes the archive of a catalogue. A release that is recorded is not recorded again.
func recordRelease(t *testing.T, name string, tree fs.FS) {
	t.Helper()
	if _, err := os.Stat(name); err == nil {
		t.Fatalf("%s is recorded; a release keeps its answers", name)
	}
	c, faults := Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	all := make([]history, len(c.Tests))
	for i, test := range c.Tests {
		all[i], _ = tell(t, c, test)
	}
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	put := func(name string, data []byte) {
		w, err := archive.Create(name)
		if err == nil {
			_, err = io.Copy(w, bytes.NewReader(data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range sortedKeys(c.Files) {
		put(file, c.Files[file])
	}
	answers, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	put("answers.json", answers)
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("recorded %d histories of %s", len(all), strings.TrimSuffix(filepath.Base(name), ".zip"))
}

package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"banli/definitions"
	"banli/engine/calendar"
)

// Projects is how many projects a demo plays: enough for every outcome to be among them, and few enough to
// be played while somebody waits.
const Projects = 150

// days places the life of a project on the calendar: back from the last working day that has begun.
type days struct {
	cal  *calendar.Calendar
	now  time.Time
	last calendar.Date // the last working day in whose office hours somebody can have acted
	r    *rand.Rand
}

const (
	opens  = 8*time.Hour + 40*time.Minute
	closes = 17*time.Hour + 20*time.Minute
)

func newDays(cal *calendar.Calendar, now time.Time, r *rand.Rand) *days {
	d := cal.DateOf(now)
	for !cal.IsWorkday(d) || now.Before(cal.Start(d).Add(opens+time.Hour)) {
		d--
	}
	return &days{cal, now, d, r}
}

// at places acts so many working days ago, each at an office hour, in the order given.
func (d *days) at(ago []int) []time.Time {
	out := make([]time.Time, len(ago))
	limit := d.now
	for i, n := range slices.Backward(ago) {
		start := d.cal.Start(d.cal.Nth(d.last, 1-n))
		t := start.Add(opens + time.Duration(d.r.Int64N(int64(closes-opens))))
		if !t.Before(limit) { // squeezed between the morning and what follows
			t = limit.Add(-time.Duration(1+d.r.IntN(12)) * time.Minute)
		}
		out[i], limit = t.Truncate(time.Second), t
	}
	return out
}

// chains are the items of a project in the order of its stages, per regime; those of one wave run in parallel.
var chains = map[string][][]string{
	"APPROVAL":     {{"GT01", "GH01"}, {"FG02"}, {"GH02", "FG03"}, {"GH03", "HB02"}, {"GH04"}, {"ZJ01"}, {"ZJ02"}},
	"RATIFICATION": {{"GT01", "GH01"}, {"FG04"}, {"GH02"}, {"GH03", "HB02"}, {"GH04"}, {"ZJ01"}, {"ZJ02"}},
	"FILING":       {{"GH02"}, {"GH03", "HB02"}, {"GH04"}, {"ZJ01"}, {"ZJ02"}},
}

// depths says how many waves of its chain a project has begun, and how often that occurs.
var depths = []int{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 7}

// applied is one application of the plan: its item and outcome, and how long ago its last beat was.
type applied struct {
	item *definitions.Item
	outcome
	age int
}

// plan is what happens to a project, before instants are chosen. Working days count back from today.
type plan struct {
	window string // outcome of the registration: see windows
	filing string // outcome of the filing, where there is one: see filings
	ago    int    // working days since the registration
	late   bool   // the last department asked does not reply
	waves  [][]applied
	asked  []string // departments the registration is dispatched to
}

// windows are the outcomes of a registration that nothing follows, with the largest number of working days since.
var windows = []struct {
	name string
	ago  int
}{
	{"submitted", 0},
	{"submitted", 0},
	{"submitted", 1},
	{"submitted", 4},
	{"confirmed", 6},
	{"cancelled", 8},
	{"withdrawn", 9},
	{"dispatched", 1},
	{"dispatched", 2},
	{"dispatched", 3},
	{"dispatched", 3},
	{"dispatched", 6},
	{"replied", 8},
}

var filings = []struct {
	name string
	ago  int
}{
	{"submitted", 0},
	{"submitted", 1},
	{"submitted", 2},
	{"submitted", 5},
	{"correction", 5},
	{"correction", 7},
	{"resubmitted", 4},
	{"filed", 7},
	{"filed", 7},
	{"filed", 9},
	{"not_applicable", 8},
}

// draw plans the life of a project with these registration answers.
func draw(r *rand.Rand, cat *definitions.Catalogue, now time.Time, answers map[string]any) plan {
	chain := chainOf(cat, now, answers)
	filing := answers["regime"] == "FILING"
	p := plan{window: "replied", filing: "filed", late: r.IntN(6) == 0}
	for _, wave := range chain {
		for _, it := range wave {
			if !slices.Contains(p.asked, it.Department) && len(p.asked) < 3 {
				p.asked = append(p.asked, it.Department)
			}
		}
	}
	p.asked = append(p.asked, pick(r, []string{"SW", "LY"}))
	if filing && r.IntN(2) == 0 {
		p.window = "confirmed" // usually no department has anything to say
	}
	depth := min(pick(r, depths), len(chain))
	if depth == 0 {
		return p.begin(r, filing)
	}
	for i, wave := range chain[:depth] {
		ws := make([]applied, len(wave))
		for j, it := range wave {
			ws[j] = applied{item: it, outcome: pick(r, history)}
		}
		if i == depth-1 {
			enliven(r, ws)
		}
		p.waves = append(p.waves, ws)
	}
	// Place the waves back from today: the last by its ages, each earlier one before the next begins.
	begins := 0
	for i, wave := range slices.Backward(p.waves) {
		ends := begins + 1 + r.IntN(2)
		for j := range wave {
			if i < depth-1 {
				wave[j].age = ends
			}
			begins = max(begins, wave[j].age+wave[j].length())
		}
	}
	p.ago = begins + 6 + r.IntN(3)
	return p
}

// begin is a project that has only been registered.
func (p plan) begin(r *rand.Rand, filing bool) plan {
	if !filing {
		w := pick(r, windows)
		p.window, p.ago = w.name, r.IntN(w.ago+1)
		return p
	}
	f := pick(r, filings)
	p.filing, p.ago, p.window = f.name, r.IntN(f.ago+1), "submitted"
	if p.filing != "submitted" {
		p.ago = max(2, p.ago) // time to have acted
	}
	if p.ago > 1 {
		p.window = "confirmed"
	}
	return p
}

// chainOf are the waves of items that the project really needs.
func chainOf(cat *definitions.Catalogue, now time.Time, answers map[string]any) (chain [][]*definitions.Item) {
	for _, ids := range chains[answers["regime"].(string)] {
		var wave []*definitions.Item
		for _, id := range ids {
			it := cat.Item(id, now)
			if it != nil && cat.Need(it, definitions.Data{Project: answers}).Status == definitions.Needed {
				wave = append(wave, it)
			}
		}
		if len(wave) > 0 {
			chain = append(chain, wave)
		}
	}
	return chain
}

// enliven gives the items of a wave outcomes that are under way.
func enliven(r *rand.Rand, wave []applied) {
	for i := range wave {
		a := &wave[i]
		for a.outcome = pickLiving(r); a.does("open_wait") && (len(wave) == 1 || wave[(i+1)%len(wave)].does("grant")); {
			a.outcome = pickLiving(r) // there is nothing to wait for
		}
		a.age = a.outcome.age[0] + r.IntN(a.outcome.age[1]-a.outcome.age[0]+1)
		if a.promised {
			a.age = max(0, a.age+a.item.Promised.Days)
		}
	}
}

func pickLiving(r *rand.Rand) outcome {
	total := 0
	for _, l := range living {
		total += l.weight
	}
	n := r.IntN(total)
	for _, l := range living {
		if n -= l.weight; n < 0 {
			return l.outcome
		}
	}
	panic("unreachable: the weights add up to total")
}

package store_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"banli/store"

	"pgregory.net/rapid"
)

var at = time.Date(2018, 6, 13, 10, 20, 0, 123456789, time.FixedZone("CST", 8*3600))

func TestLamp(t *testing.T) {
	hour := func(h int) time.Time { return at.Add(time.Duration(h) * time.Hour) }
	running := store.Head{Open: true, WarnAt: hour(1), UrgentAt: hour(2), Due: hour(3)}
	with := func(change func(*store.Head)) store.Head {
		h := running
		change(&h)
		return h
	}
	for name, tt := range map[string]struct {
		head store.Head
		now  time.Time
		want string
	}{
		"before every instant":             {running, at, store.LampOK},
		"at the warning":                   {running, hour(1), store.LampSoon},
		"at the urgent instant":            {running, hour(2), store.LampUrgent},
		"at the due instant still on time": {running, hour(3), store.LampUrgent},
		"a microsecond later":              {running, hour(3).Add(time.Microsecond), store.LampOver},
		"less is not kept":                 {running, hour(3).Add(100 * time.Nanosecond), store.LampUrgent},
		"without warnings":                 {store.Head{Open: true, Due: hour(3)}, hour(3), store.LampOK},
		"urgent at once":                   {with(func(h *store.Head) { h.WarnAt, h.UrgentAt = time.Time{}, hour(0) }), at, store.LampUrgent},
		"paused, long past":                {with(func(h *store.Head) { h.Paused = true }), hour(9), store.LampPaused},
		"closed, even if paused":           {with(func(h *store.Head) { h.Paused, h.Open = true, false }), hour(9), store.LampDone},
		"no clock":                         {store.Head{Open: true}, at, store.LampIdle},
		"stopped":                          {store.Head{Open: true, Stopped: true}, at, store.LampDone},
		"stopped, another runs":            {with(func(h *store.Head) { h.Stopped = true }), at, store.LampOK},
		"in another zone":                  {running, hour(3).Add(time.Microsecond).UTC(), store.LampOver},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.head.Lamp(tt.now); got != tt.want {
				t.Errorf("lamp %s, expected %s", got, tt.want)
			}
		})
	}
}

func TestLampCounts(t *testing.T) {
	var c store.LampCounts
	for i, lamp := range store.Lamps {
		*c.Of(lamp) += i + 1
	}
	if want := (store.LampCounts{Over: 1, Urgent: 2, Soon: 3, OK: 4, Paused: 5, Idle: 6, Done: 7}); c != want || c.Total() != 28 {
		t.Errorf("%+v of %d, expected %+v of 28", c, c.Total(), want)
	}
	if c.Of("green") != nil {
		t.Error("there is a count for green")
	}
}

// TestChainForm pins the hash: it may never change, or no old chain verifies.
func TestChainForm(t *testing.T) {
	events := []store.Event{
		{Do: "submit", At: at, RecordedAt: at.Add(time.Second), By: "owner", User: "u1", Key: "k1", Data: json.RawMessage("{ \"b\": \"<补正>\",\n \"a\": 1.50 }")},
		{Do: "auto_reply", By: "clock", Department: "ghj"},
	}
	if err := store.Chain(store.Event{}, events); err != nil {
		t.Fatal(err)
	}
	// printf '%s' '{"seq":1,"do":"submit",…,"data":{"b":"<补正>","a":1.50}}' | sha256sum, and so on.
	for i, want := range []string{
		"4dae5d7a9c8f66641441883f6684a0369b8533a292c08942ac68e6248ca49d0e",
		"e9702b75b20ea8201919c7a0ec72cb3ac0c3d4a5bbdefe6289b35cf8d2729004",
	} {
		if events[i].Hash != want || events[i].Seq != i+1 {
			t.Errorf("event %d has hash %s, expected %s", events[i].Seq, events[i].Hash, want)
		}
	}
}

func TestChainFaults(t *testing.T) {
	whole := func() []store.Event {
		events := []store.Event{{Do: "a", At: at}, {Do: "b", At: at, Data: json.RawMessage(`{"x":1}`)}, {Do: "c"}}
		if err := store.Chain(store.Event{}, events); err != nil {
			t.Fatal(err)
		}
		return events
	}
	if err := store.Verify(whole()); err != nil {
		t.Fatal(err)
	}
	spaced := whole()
	spaced[1].Data = json.RawMessage(" {\"x\" : 1}\n")
	spaced[1].At = spaced[1].At.UTC().Truncate(time.Microsecond)
	if err := store.Verify(spaced); err != nil {
		t.Errorf("spaces and zones do not matter, but: %v", err)
	}
	for name, tt := range map[string]struct {
		change func([]store.Event) []store.Event
		want   string
	}{
		"changed":    {func(e []store.Event) []store.Event { e[1].User = "x"; return e }, "event 2 (b) has hash"},
		"removed":    {func(e []store.Event) []store.Event { return append(e[:1], e[2:]...) }, "event 2 has number 3: an event is missing or out of place"},
		"renumbered": {func(e []store.Event) []store.Event { e = append(e[:1], e[2:]...); e[1].Seq = 2; return e }, "event 2 (c) has hash"},
		"swapped":    {func(e []store.Event) []store.Event { e[0], e[1] = e[1], e[0]; return e }, "event 1 has number 2"},
		"not JSON":   {func(e []store.Event) []store.Event { e[2].Data = json.RawMessage(`{`); return e }, "event 3 (c): its data is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := store.Verify(tt.change(whole())); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, expected %q", err, tt.want)
			}
		})
	}
}

// TestChainGrows: sealed in one go or piece by piece, the chain is the same.
func TestChainGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := make([]store.Event, rapid.IntRange(1, 9).Draw(t, "events"))
		for i := range events {
			events[i] = store.Event{Do: rapid.String().Draw(t, "do"), User: rapid.String().Draw(t, "user"), At: at.Add(time.Duration(i))}
		}
		pieces := append([]store.Event{}, events...)
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		last := store.Event{}
		if err := store.Chain(last, pieces[:cut]); err != nil {
			t.Fatal(err)
		}
		if cut > 0 {
			last = pieces[cut-1]
		}
		if err := store.Chain(last, pieces[cut:]); err != nil {
			t.Fatal(err)
		}
		if err := store.Chain(store.Event{}, events); err != nil {
			t.Fatal(err)
		}
		if events[len(events)-1].Hash != pieces[len(events)-1].Hash {
			t.Fatal("two ways, two hashes")
		}
		if err := store.Verify(pieces); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMediaType(t *testing.T) {
	for name, tt := range map[string]struct{ content, want string }{
		"pdf":                        {"%PDF-1.4", "application/pdf"},
		"jpeg":                       {"\xff\xd8\xff\xe0", "image/jpeg"},
		"webp":                       {"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"},
		"old word":                   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
		"html is never a page":       {"<html><script>", "text/plain; charset=utf-8"},
		"a pdf by name only":         {"MZ\x90\x00", "application/octet-stream"},
		"zip cut off":                {"PK\x03\x04\x14\x00", "application/octet-stream"},
		"GB18030 text":               {"\xc8\xca\xba\xcd", "application/octet-stream"},
		"text cut in a character":    {strings.Repeat("办", 200), "text/plain; charset=utf-8"},
		"text ending in half of one": {"办\xe5\x8a", "application/octet-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := store.MediaType(strings.NewReader(tt.content), int64(len(tt.content))); got != tt.want {
				t.Errorf("%s, expected %s", got, tt.want)
			}
		})
	}
}

func FuzzMediaType(f *testing.F) {
	for _, seed := range []string{"", "%PDF-", "PK\x03\x04", "PK\x05\x06" + strings.Repeat("\x00", 18), "RIFF1234WEBP1", "办理\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		if got := store.MediaType(strings.NewReader(content), int64(len(content))); !strings.Contains(got, "/") {
			t.Errorf("%q is no media type", got)
		}
	})
}

package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banli/store"
	"banli/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// The tests of this file are those of mongotest.Waiting.

func TestValidators(t *testing.T) {
	server := mongotest.StartReal(t, 1, "validators")
	uri := server.Database(t)
	s, db := openAt(t, uri), database(t, server, uri)
	if err := s.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: "k1"}, Events: []store.Event{event("a")}}); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"a case of nothing": func() error {
			_, err := db.Collection("cases").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "k2"}})
			return err
		},
		"a revision in words": func() error {
			_, err := db.Collection("cases").UpdateByID(t.Context(), "k1", bson.D{{Key: "$set", Value: bson.D{{Key: "rev", Value: "two"}}}})
			return err
		},
		"an event cut off": func() error {
			_, err := db.Collection("cases").UpdateByID(t.Context(), "k1", bson.D{{Key: "$set", Value: bson.D{{Key: "events.0.hash", Value: "abc"}}}})
			return err
		},
		"a file without digest": func() error {
			_, err := db.Collection("files").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "plan.pdf"}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			const documentValidationFailure = 121
			refused, ok := errors.AsType[driver.WriteException](do())
			if !ok || !refused.HasErrorCode(documentValidationFailure) {
				t.Errorf("got %v, expected that validation failed", refused)
			}
		})
	}
	openAt(t, uri) // again, with the validators there
}

func TestIndexOptions(t *testing.T) {
	server := mongotest.StartReal(t, 1, "partial and expiring indexes")
	uri := server.Database(t)
	openAt(t, uri)
	db := database(t, server, uri)
	for collection, option := range map[string]string{"cases": "partialFilterExpression", "docs": "expireAfterSeconds"} {
		cursor, err := db.Collection(collection).Indexes().List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var found []bson.M
		if err := cursor.All(t.Context(), &found); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(found, func(i bson.M) bool { return i[option] != nil }) {
			t.Errorf("no index of %s has %s: %v", collection, option, found)
		}
	}
}

// TestPlans has the server's profiler say how it found what was asked for.
func TestPlans(t *testing.T) {
	server := mongotest.StartReal(t, 1, "plans")
	uri := server.Database(t)
	s, db := openAt(t, uri), database(t, server, uri)
	if strings.Contains(s.Server(), "sharded") {
		t.Skip("a router has no profiler")
	}
	now := time.Now()
	const (
		n, pages  = 600, 20
		page, any = pages + 2, n
	)
	for i := range n {
		id := fmt.Sprintf("k%04d", i)
		h := store.Head{
			ID: id, Key: "key " + id, Project: fmt.Sprint("p", i%50), Department: fmt.Sprint("d", i%2), Owner: fmt.Sprint("u", i%40), Parent: fmt.Sprint("k", i%30),
			Flow: "permit", State: "accepted", Open: i%3 > 0, OpenedAt: now.Add(time.Duration(i) * time.Second), Due: now.Add(time.Duration(i) * time.Minute), NextDue: now.Add(time.Duration(i) * time.Minute),
		}
		if i%20 == 0 {
			h.Marks = []string{"late"}
		}
		if err := s.InsertCase(t.Context(), &store.Case{Head: h, Outbox: []store.Line{{ID: "l" + id}}}); err != nil {
			t.Fatal(err)
		}
		if i < 60 {
			p := &store.Project{ID: id, Owner: fmt.Sprint("u", i%4), CreatedAt: now.Add(time.Duration(i) * time.Second)}
			if err := s.InsertProject(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
	}
	open := true
	list := func(q store.CaseQuery) func(context.Context) error {
		q.Limit = pages
		return func(ctx context.Context) error {
			for range 5 {
				page, err := s.Cases(ctx, q)
				if q.After = page.Next; err != nil || q.After == "" {
					return err
				}
			}
			return nil
		}
	}
	tally := func(q store.CaseQuery) func(context.Context) error {
		return func(ctx context.Context) error {
			q.Now = now
			_, err := s.Tally(ctx, q, "flow")
			return err
		}
	}
	for name, tt := range map[string]struct {
		ask  func(context.Context) error
		most int // documents to read: with a page's, those of an index in its order; with 0, its keys alone
	}{
		"a department's queue":   {list(store.CaseQuery{Department: "d1", Open: &open}), page},
		"a department's cases":   {list(store.CaseQuery{Department: "d1"}), page},
		"all cases":              {list(store.CaseQuery{}), page},
		"all, newest first":      {list(store.CaseQuery{Sort: "-opened"}), page},
		"a department's, by age": {list(store.CaseQuery{Department: "d0", Sort: "opened"}), page},
		"overdue":                {list(store.CaseQuery{Lamp: store.LampOver, Now: now.Add(time.Hour)}), page},
		"a project's":            {list(store.CaseQuery{Project: "p7"}), any},
		"an owner's":             {list(store.CaseQuery{Owner: "u7"}), any},
		"a parent's":             {list(store.CaseQuery{Parent: "k7"}), any},
		"with a mark":            {list(store.CaseQuery{Mark: "late"}), any},
		"a department's tally":   {tally(store.CaseQuery{Department: "d1"}), 0},
		"the tally of all":       {tally(store.CaseQuery{}), 0},
		"a department's number": {func(ctx context.Context) error {
			_, err := s.CountCases(ctx, store.CaseQuery{Department: "d1"})
			return err
		}, 0},
		"due":               {func(ctx context.Context) error { _, err := s.Due(ctx, now.Add(time.Hour), pages); return err }, page},
		"next due":          {func(ctx context.Context) error { _, err := s.NextDue(ctx); return err }, page},
		"outbox":            {func(ctx context.Context) error { _, err := s.Outbox(ctx, now, pages); return err }, any},
		"a line":            {func(ctx context.Context) error { return s.DoneLine(ctx, "lk0007") }, any},
		"a case by its key": {func(ctx context.Context) error { _, err := s.CaseByKey(ctx, "key k0007"); return err }, page},
		"an action":         {func(ctx context.Context) error { return act(ctx, s, "k0008") }, page},
		"projects": {func(ctx context.Context) error {
			_, err := s.Projects(ctx, store.ProjectQuery{Limit: pages})
			return err
		}, page},
		"an owner's projects": {func(ctx context.Context) error {
			_, err := s.Projects(ctx, store.ProjectQuery{Owner: "u1", Limit: pages})
			return err
		}, page},
		"documents by their index": {func(ctx context.Context) error {
			_, err := s.Docs("c").Find(ctx, store.DocQuery{Index: [3]string{"", "x"}})
			return err
		}, page},
		"documents of a collection": {func(ctx context.Context) error { _, err := s.Docs("c").Find(ctx, store.DocQuery{}); return err }, page},
	} {
		t.Run(name, func(t *testing.T) {
			profile := func(level int) {
				if err := db.RunCommand(t.Context(), bson.D{{Key: "profile", Value: level}}).Err(); err != nil {
					t.Fatal(err)
				}
			}
			profile(0)
			if err := db.Collection("system.profile").Drop(t.Context()); err != nil {
				t.Fatal(err)
			}
			profile(2)
			err := tt.ask(t.Context())
			profile(0)
			if err != nil {
				t.Fatal(err)
			}
			cursor, err := db.Collection("system.profile").Find(t.Context(), bson.D{{Key: "appName", Value: "banli"}, {Key: "planSummary", Value: bson.D{{Key: "$exists", Value: true}}}})
			if err != nil {
				t.Fatal(err)
			}
			var plans []struct {
				Summary  string   `bson:"planSummary"`
				Sorted   bool     `bson:"hasSortStage"`
				Examined int      `bson:"docsExamined"`
				Keys     int      `bson:"keysExamined"`
				Command  bson.Raw `bson:"command"`
			}
			if err := cursor.All(t.Context(), &plans); err != nil {
				t.Fatal(err)
			}
			if len(plans) == 0 {
				t.Fatal("nothing was asked of the server")
			}
			for _, p := range plans {
				if strings.Contains(p.Summary, "COLLSCAN") || p.Examined > tt.most || tt.most == page && (p.Sorted || p.Keys > 2*page) {
					t.Errorf("%s, sorted %v, %d documents and %d keys examined: %s", p.Summary, p.Sorted, p.Examined, p.Keys, p.Command)
				}
			}
		})
	}
}

func act(ctx context.Context, s store.Store, id string, lines ...store.Line) error {
	head, err := s.Head(ctx, id)
	if err != nil {
		return err
	}
	return s.Append(ctx, id, head.Rev, &store.Change{Head: *head, Events: []store.Event{event("")}, Outbox: lines})
}

// TestDriverRetries: what the driver makes up for by itself, no caller hears of.
func TestDriverRetries(t *testing.T) {
	server := mongotest.StartReal(t, 1, "retryable writes")
	uri := server.Database(t)
	proxy, by := server.Through(t, uri)
	s := openAt(t, by)
	if !strings.Contains(s.Server(), "replica set") && !strings.Contains(s.Server(), "sharded") {
		t.Skip("a single server takes no write twice")
	}
	if err := s.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: "k1", Project: "p1"}}); err != nil {
		t.Fatal(err)
	}
	for _, fault := range []mongotest.Fault{mongotest.Lost, mongotest.NoAnswer, mongotest.HalfAnswer} {
		met := 0
		proxy.Plan(func(command string) mongotest.Fault {
			if command == "update cases" && met == 0 {
				met++
				return fault
			}
			return mongotest.None
		})
		if err := act(t.Context(), s, "k1"); err != nil || met != 1 {
			t.Errorf("%s, met %d times: %v, expected that nobody notices", fault, met, err)
		}
	}
	if c := read(t, s, "k1"); len(c.Events) != 3 || c.Rev != 4 {
		t.Errorf("%d events at revision %d, expected 3 at 4", len(c.Events), c.Rev)
	}
}

// TestFailover: a primary steps down, and another is killed, while two servers
// work; no event that was answered is lost, and none is there twice.
func TestFailover(t *testing.T) {
	server := mongotest.StartReal(t, 3, "failover")
	uri := server.Database(t)
	first := openAt(t, uri)
	if !strings.Contains(first.Server(), "replica set") {
		t.Skip("there is nobody to take over")
	}
	const cases = 4
	for i := range cases {
		if err := first.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: fmt.Sprint("k", i), Project: "p1"}}); err != nil {
			t.Fatal(err)
		}
	}
	working, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	told := make([]map[string]bool, 4)
	for n := range told {
		told[n] = map[string]bool{}
		s := first
		if n%2 == 1 {
			s = openAt(t, uri)
		}
		wg.Go(func() {
			for i := 0; working.Err() == nil; i++ {
				id, key := fmt.Sprint("k", i%cases), fmt.Sprint(n, "-", i)
				err := insist(t, func(ctx context.Context) error {
					head, err := s.Head(ctx, id)
					if err != nil {
						return err
					}
					return s.Append(ctx, id, head.Rev, &store.Change{Head: *head, Events: []store.Event{event(key)}})
				}, store.ErrDuplicate)
				if err != nil {
					t.Error(err)
					return
				}
				told[n][key] = true
			}
		})
	}
	time.Sleep(time.Second)
	server.StepDown(t)
	time.Sleep(15 * time.Second)
	if len(server.Members) > 0 {
		dead := server.Primary(t)
		dead.Kill()
		time.Sleep(15 * time.Second)
		if err := dead.Restart(); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
	}
	stop()
	wg.Wait()
	there := map[string]int{}
	for i := range cases {
		c := read(t, first, fmt.Sprint("k", i))
		if err := store.Verify(c.Events); err != nil {
			t.Error(err)
		}
		for _, e := range c.Events {
			there[e.Key]++
		}
	}
	total := 0
	for n := range told {
		for key := range told[n] {
			total++
			if there[key] != 1 {
				t.Errorf("%s is there %d times", key, there[key])
			}
		}
	}
	if total != len(there) || total < 100 {
		t.Errorf("%d actions were told and %d are there", total, len(there))
	}
	t.Logf("%d actions, none lost, none doubled", total)
}

// TestSecondaries: a number read from a secondary has in it what this server wrote
// before it asked.
func TestSecondaries(t *testing.T) {
	server := mongotest.StartReal(t, 3, "secondaries")
	s := openAt(t, server.Database(t))
	for i := range 200 {
		if err := s.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: fmt.Sprint("k", i), Department: "ghj"}}); err != nil {
			t.Fatal(err)
		}
		if n, err := s.CountCases(t.Context(), store.CaseQuery{Department: "ghj"}); err != nil || n != i+1 {
			t.Fatalf("counted %d, %v, after %d were written", n, err, i+1)
		}
	}
}

// TestSnapshot: a dump sees one moment of two cases that are acted on in turn.
func TestSnapshot(t *testing.T) {
	server := mongotest.StartReal(t, 1, "snapshots")
	s := openAt(t, server.Database(t))
	if !strings.Contains(s.Server(), "replica set") && !strings.Contains(s.Server(), "sharded") {
		t.Skip("a single server keeps no moments")
	}
	for _, id := range []string{"k1", "k2"} {
		if err := s.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: id}}); err != nil {
			t.Fatal(err)
		}
	}
	working, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for working.Err() == nil {
			for _, id := range []string{"k1", "k2"} {
				if err := act(t.Context(), s, id); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	for range 20 {
		events := map[string]int{}
		for r, err := range s.Dump(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Case != nil {
				events[r.Case.ID] = len(r.Case.Events)
				time.Sleep(5 * time.Millisecond) // meanwhile they are acted on
			}
		}
		if ahead := events["k1"] - events["k2"]; ahead < 0 || ahead > 1 {
			t.Errorf("the dump has %v events of two cases that were acted on in turn", events)
		}
	}
	stop()
	wg.Wait()
}

// TestShards: on a router of a cluster, cases are spread by their project.
func TestShards(t *testing.T) {
	server := mongotest.StartReal(t, 1, "shards")
	uri := server.Database(t)
	s := openAt(t, uri)
	if !strings.Contains(s.Server(), "sharded") {
		t.Skip("BANLI_TEST_MONGODB names no router of a sharded cluster")
	}
	db := database(t, server, uri)
	for collection, key := range map[string]string{"cases": "project", "content.chunks": "files_id"} {
		var found struct {
			Key bson.D `bson:"key"`
		}
		err := server.Client(t).Database("config").Collection("collections").FindOne(t.Context(), bson.D{{Key: "_id", Value: db.Name() + "." + collection}}).Decode(&found)
		if err != nil || found.Key[0].Key != key {
			t.Errorf("%s is spread by %v, %v, expected %s", collection, found.Key, err, key)
		}
	}
	c := &store.Case{Head: store.Head{ID: "k1", Key: "a", Project: "p1"}}
	if err := s.InsertCase(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	twice := &store.Case{Head: store.Head{ID: "k2", Key: "a", Project: "p1"}}
	if err := s.InsertCase(t.Context(), twice); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second case of a project with the same key: %v, expected that it exists", err)
	}
	if err := act(t.Context(), s, "k1"); err != nil {
		t.Error(err)
	}
}

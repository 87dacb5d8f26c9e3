package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"banli/store"
)

// column is one part of a head that an action may change.
type column struct {
	name  string
	value func(*store.Head) any // as the driver returns it, so that old and new compare
	dest  func(*store.Head) any // where to scan it; nil for what is derived
}

func text(name string, field func(*store.Head) *string) column {
	return column{name, func(h *store.Head) any { return *field(h) }, func(h *store.Head) any { return field(h) }}
}

func flag(name string, field func(*store.Head) *bool) column {
	return column{name, func(h *store.Head) any { return bit(*field(h)) }, func(h *store.Head) any { return field(h) }}
}

func moment(name string, field func(*store.Head) *time.Time) column {
	return column{name, func(h *store.Head) any { return micros(*field(h)) }, func(h *store.Head) any { return (*instant)(field(h)) }}
}

// sortable is a moment that is never NULL, because rows are ordered by it.
func sortable(name string, field func(*store.Head) *time.Time) column {
	c := moment(name, field)
	c.value = func(h *store.Head) any { return sortMicros(*field(h)) }
	return c
}

var columns = []column{
	flag("open", func(h *store.Head) *bool { return &h.Open }),
	{"rank", func(h *store.Head) any { return store.Rank(h) }, nil},
	text("department", func(h *store.Head) *string { return &h.Department }),
	text("state", func(h *store.Head) *string { return &h.State }),
	text("flow", func(h *store.Head) *string { return &h.Flow }),
	text("item", func(h *store.Head) *string { return &h.Item }),
	moment("warn_at", func(h *store.Head) *time.Time { return &h.WarnAt }),
	moment("urgent_at", func(h *store.Head) *time.Time { return &h.UrgentAt }),
	moment("due", func(h *store.Head) *time.Time { return &h.Due }),
	moment("next_due", func(h *store.Head) *time.Time { return &h.NextDue }),
	flag("paused", func(h *store.Head) *bool { return &h.Paused }),
	flag("stopped", func(h *store.Head) *bool { return &h.Stopped }),
	flag("late", func(h *store.Head) *bool { return &h.Late }),
	text("clock", func(h *store.Head) *string { return &h.Clock }),
	text("hold", func(h *store.Head) *string { return &h.Hold }),
	{"marks", func(h *store.Head) any { return string(list(h.Marks)) }, func(h *store.Head) any { return (*strs)(&h.Marks) }},
	sortable("opened_at", func(h *store.Head) *time.Time { return &h.OpenedAt }),
	sortable("updated_at", func(h *store.Head) *time.Time { return &h.UpdatedAt }),
	moment("closed_at", func(h *store.Head) *time.Time { return &h.ClosedAt }),
	text("assignee", func(h *store.Head) *string { return &h.Assignee }),
	text("project", func(h *store.Head) *string { return &h.Project }),
	text("parent", func(h *store.Head) *string { return &h.Parent }),
	text("owner", func(h *store.Head) *string { return &h.Owner }),
	text("code", func(h *store.Head) *string { return &h.Code }),
	text("title", func(h *store.Head) *string { return &h.Title }),
	text("owner_name", func(h *store.Head) *string { return &h.OwnerName }),
}

var (
	// headColumns are those of scanHead.
	headColumns = "c.n, c.id, c.key, c.rev" + names(", c.", func(c column) bool { return c.dest != nil })
	// oldColumns are all of columns, to compare with a changed head.
	oldColumns = strings.TrimPrefix(names(", ", func(column) bool { return true }), ", ")
)

func names(before string, take func(column) bool) string {
	var b strings.Builder
	for _, c := range columns {
		if take(c) {
			b.WriteString(before + c.name)
		}
	}
	return b.String()
}

// headDest are the places for headColumns: n, then the fields of h.
func headDest(n *int64, h *store.Head) []any {
	dest := append(make([]any, 0, 8+len(columns)), n, &h.ID, &h.Key, &h.Rev)
	for _, c := range columns {
		if c.dest != nil {
			dest = append(dest, c.dest(h))
		}
	}
	return dest
}

// instant scans microseconds into a time in UTC; NULL and the sortable zero into the zero time.
type instant time.Time

var _ sql.Scanner = (*instant)(nil)

func (i *instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i = instant{}
	case int64:
		*i = instant{}
		if v != math.MinInt64 {
			*i = instant(time.UnixMicro(v).UTC())
		}
	default:
		return fmt.Errorf("expected microseconds, found %T", v)
	}
	return nil
}

func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// sortMicros is for columns that rows are ordered by: a zero time comes first.
func sortMicros(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixMicro()
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// raw is a JSON document as text, which a person can read in the file; NULL when nil.
func raw(j json.RawMessage) any {
	if j == nil {
		return nil
	}
	return string(j)
}

// rawDest scans text or NULL into JSON.
func rawDest(j *json.RawMessage) any { return (*[]byte)(j) }

// strs scans a JSON list of strings; the empty one into nil.
type strs []string

func (s *strs) Scan(v any) error {
	*s = nil
	if t, ok := v.(string); ok && t == "[]" {
		return nil
	} else if ok {
		return json.Unmarshal([]byte(t), (*[]string)(s))
	}
	return fmt.Errorf("expected a list as text, found %T", v)
}

func list(s []string) []byte {
	if len(s) == 0 {
		return []byte("[]")
	}
	b, _ := json.Marshal(s) // strings always marshal
	return b
}

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

// column is a part of a head that lists are restricted or sorted by, kept beside
// its record.
type column struct {
	name  string
	value func(*store.Head) any // of a type that compares
}

func text(name string, field func(*store.Head) string) column {
	return column{name, func(h *store.Head) any { return field(h) }}
}

var columns = []column{
	{"open", func(h *store.Head) any { return bit(h.Open) }},
	{"rank", func(h *store.Head) any { return store.Rank(h) }},
	text("department", func(h *store.Head) string { return h.Department }),
	text("state", func(h *store.Head) string { return h.State }),
	text("flow", func(h *store.Head) string { return h.Flow }),
	text("item", func(h *store.Head) string { return h.Item }),
	{"warn_at", func(h *store.Head) any { return micros(h.WarnAt) }},
	{"urgent_at", func(h *store.Head) any { return micros(h.UrgentAt) }},
	{"next_due", func(h *store.Head) any { return micros(h.NextDue) }},
	text("marks", func(h *store.Head) string { return string(list(h.Marks)) }),
	{"opened_at", func(h *store.Head) any { return sortMicros(h.OpenedAt) }},
	{"updated_at", func(h *store.Head) any { return sortMicros(h.UpdatedAt) }},
	text("assignee", func(h *store.Head) string { return h.Assignee }),
	text("project", func(h *store.Head) string { return h.Project }),
	text("parent", func(h *store.Head) string { return h.Parent }),
	text("owner", func(h *store.Head) string { return h.Owner }),
	text("text", func(h *store.Head) string { return lower(h.Code + "\n" + h.Title + "\n" + h.OwnerName) }),
}

// columnNames lists all of columns.
var columnNames = func() string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}()

// lower makes ASCII letters small, and leaves all else as it is.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
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

func list(s []string) []byte {
	if len(s) == 0 {
		return []byte("[]")
	}
	b, _ := json.Marshal(s) // strings always marshal
	return b
}

package rule

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Normalize makes a value read from JSON what expressions count with: whole
// numbers become int, other numbers float64. Lists and objects are left as they are.
func Normalize(v any) any {
	switch n := v.(type) {
	case float64:
		if whole(n) {
			return int(n)
		}
	case json.Number, int64, int32, float32:
		if m, ok := numOf(n); ok {
			return m.any()
		}
	}
	return v
}

func whole(f float64) bool { return f == math.Trunc(f) && math.Abs(f) < 1<<53 }

// num is a number: a whole one counted exactly in i, or a fraction in f.
type num struct {
	i    int64
	f    float64
	real bool // f is meant
}

func integer(i int64) num { return num{i: i} }

func real(f float64) num {
	if whole(f) {
		return num{i: int64(f)}
	}
	return num{f: f, real: true}
}

func (n num) float() float64 {
	if n.real {
		return n.f
	}
	return float64(n.i)
}

func (n num) frac() bool { return n.real }

func (n num) int() int { return int(n.i) }

func (n num) any() any {
	if n.real {
		return n.f
	}
	return int(n.i)
}

func (n num) cmp(m num) int {
	if !n.real && !m.real {
		switch {
		case n.i < m.i:
			return -1
		case n.i > m.i:
			return 1
		}
		return 0
	}
	switch a, b := n.float(), m.float(); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func numOf(v any) (num, bool) {
	switch n := v.(type) {
	case int:
		return integer(int64(n)), true
	case float64:
		return real(n), !math.IsNaN(n) && !math.IsInf(n, 0)
	case int64:
		return integer(n), true
	case json.Number:
		if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
			return integer(i), true
		}
		f, err := n.Float64()
		return real(f), err == nil
	case int32:
		return integer(int64(n)), true
	case float32:
		return real(float64(n)), true
	}
	return num{}, false
}

// same is equality: of numbers by value, of instants by instant; nil equals only nil.
func same(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	}
	if x, ok := numOf(a); ok {
		y, ok := numOf(b)
		return ok && x.cmp(y) == 0
	}
	return reflect.DeepEqual(a, b)
}

// fetch reads a field of an object; what is not there is nil.
func (f *frame) fetch(v any, name string, c *code) any {
	switch o := v.(type) {
	case nil:
		return nil
	case map[string]any:
		return o[name]
	case Source:
		return o.Get(name)
	}
	f.fail(BadValue, c.path, c.at, "expected an object, found %s", describe(v))
	return nil
}

// each visits the elements of a list until visit says no; false when v is no list
// or visit said no.
func each(v any, visit func(any) bool) bool {
	switch l := v.(type) {
	case []any:
		for _, e := range l {
			if !visit(e) {
				return false
			}
		}
		return true
	case []string:
		for _, e := range l {
			if !visit(e) {
				return false
			}
		}
		return true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice {
		return false
	}
	for i := range r.Len() {
		if !visit(r.Index(i).Interface()) {
			return false
		}
	}
	return true
}

// listLen is the length of a list, -1 when v is none.
func listLen(v any) int {
	switch l := v.(type) {
	case []any:
		return len(l)
	case []string:
		return len(l)
	}
	if r := reflect.ValueOf(v); r.IsValid() && r.Kind() == reflect.Slice {
		return r.Len()
	}
	return -1
}

func listAt(v any, i int) any {
	switch l := v.(type) {
	case []any:
		return l[i]
	case []string:
		return l[i]
	}
	return reflect.ValueOf(v).Index(i).Interface()
}

func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		if len(v) > 40 {
			return "text"
		}
		return strconv.Quote(v)
	case bool, int, float64, json.Number:
		return fmt.Sprint(v)
	case time.Time:
		return v.Format(time.RFC3339)
	case map[string]any:
		return "an object"
	}
	if listLen(v) >= 0 {
		return "a list"
	}
	return fmt.Sprintf("a value of type %T", v)
}

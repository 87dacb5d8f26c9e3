package rule

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"banli/engine/calendar"
)

// Value is what an expression reads and gives. The zero Value is nothing (nil).
//
// It has four words, as many as the compiler keeps in registers; so a text is its length in n
// and its first byte in ref, which copies nothing.
type Value struct {
	kind kind
	n    int64 // a whole number, the bits of a fraction, 1 for yes, a [calendar.Instant], the length of a text
	ref  any   // the *byte of a text, a list, an object, the *time.Location of an instant, or what expressions know nothing of
}

type kind uint8

const (
	nothing kind = iota
	absent       // nothing, and it was looked for: only in the cells of a [Record]
	truth
	whole
	fraction
	text
	instant
	list   // []any, []string
	object // map[string]any, Source
	other
)

// None says whether there is no value.
func (v Value) None() bool { return v.kind <= absent }

// Truth is yes or no.
func Truth(b bool) Value {
	if b {
		return Value{kind: truth, n: 1}
	}
	return Value{kind: truth}
}

// Whole is a whole number.
func Whole(n int) Value { return Value{kind: whole, n: int64(n)} }

// Text is a text.
func Text(s string) Value {
	return Value{kind: text, n: int64(len(s)), ref: unsafe.StringData(s)}
}

// Instant is an instant, read in a zone.
func Instant(i calendar.Instant, zone *time.Location) Value {
	return Value{kind: instant, n: int64(i), ref: zone}
}

// Object is a value with fields.
func Object(s Source) Value { return Value{kind: object, ref: s} }

// Texts is a list of texts.
func Texts(l []string) Value { return Value{kind: list, ref: l} }

// Text gives a text; false when it is none.
func (v Value) Text() (string, bool) {
	if v.kind != text {
		return "", false
	}
	return v.str(), true
}

// str is the text that v is.
func (v *Value) str() string {
	first, _ := v.ref.(*byte)
	return unsafe.String(first, v.n)
}

// Whole gives a whole number; false when it is none.
func (v Value) Whole() (int, bool) { return int(v.n), v.kind == whole }

// Instant gives an instant; false when it is none.
func (v Value) Instant() (calendar.Instant, bool) { return calendar.Instant(v.n), v.kind == instant }

// In is v, an instant in another zone; anything else as it is.
func (v Value) In(zone *time.Location) Value {
	if v.kind == instant {
		v.ref = zone
	}
	return v
}

// Of is the value of bool, string, time.Time, nil, any number (also json.Number), a slice,
// a map[string]any or a Source; whole numbers become exactly countable ones.
func Of(v any) Value {
	switch x := v.(type) {
	case nil:
		return Value{}
	case Value:
		return x
	case string:
		return Text(x)
	case int:
		return Whole(x)
	case bool:
		return Truth(x)
	case float64:
		return num{f: x, real: true}.tidy().value()
	case map[string]any:
		return Value{kind: object, ref: v}
	case []any, []string:
		return Value{kind: list, ref: v}
	case time.Time:
		return Instant(calendar.At(x), x.Location())
	case Source:
		return Object(x)
	case json.Number:
		if i, err := strconv.ParseInt(string(x), 10, 64); err == nil {
			return Value{kind: whole, n: i}
		}
		if f, err := x.Float64(); err == nil {
			return num{f: f, real: true}.tidy().value()
		}
		return Value{kind: other, ref: v}
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int64, reflect.Int32:
		return Value{kind: whole, n: r.Int()}
	case reflect.Float32:
		return num{f: r.Float(), real: true}.tidy().value()
	case reflect.Slice:
		l := make([]any, r.Len())
		for i := range l {
			l[i] = r.Index(i).Interface()
		}
		return Value{kind: list, ref: l}
	}
	return Value{kind: other, ref: v}
}

// is says whether v is of a kind of type.
func (v Value) is(k Kind) bool {
	switch k {
	case KindBool:
		return v.kind == truth
	case KindInt:
		return v.kind == whole
	case KindNumber:
		return v.kind == whole || v.kind == fraction
	case KindString:
		return v.kind == text
	case KindTime:
		return v.kind == instant
	case KindList:
		return v.kind == list
	case KindObject:
		return v.kind == object
	}
	return true
}

// Any is the value as nil, bool, int, float64, string, time.Time, or the list or object it was made of.
func (v Value) Any() any {
	switch v.kind {
	case nothing, absent:
		return nil
	case truth:
		return v.n != 0
	case whole:
		return int(v.n)
	case fraction:
		return math.Float64frombits(uint64(v.n))
	case text:
		return v.str()
	case instant:
		return calendar.Instant(v.n).In(v.ref.(*time.Location))
	}
	return v.ref
}

// Normalize makes a value read from JSON what expressions count with: whole
// numbers become int, other numbers float64. Lists and objects are left as they are.
func Normalize(v any) any {
	switch v.(type) {
	case float64, json.Number, int64, int32, float32:
		return Of(v).Any()
	}
	return v
}

// num gives a number; false when v is none.
func (v Value) num() (num, bool) {
	switch v.kind {
	case whole:
		return num{i: v.n}, true
	case fraction:
		return num{f: math.Float64frombits(uint64(v.n)), real: true}, true
	}
	return num{}, false
}

// same is equality: of numbers by value, of instants by instant; nil equals only nil.
func (v Value) same(w Value) bool {
	if a, ok := v.num(); ok {
		b, ok := w.num()
		return ok && a.cmp(b) == 0
	}
	switch {
	case v.None() || w.None():
		return v.None() && w.None()
	case v.kind != w.kind:
		return false
	case v.kind == text:
		return v.str() == w.str()
	case v.kind == truth || v.kind == instant:
		return v.n == w.n
	}
	return reflect.DeepEqual(v.ref, w.ref)
}

// field reads a field of an object; what is not there is nothing. False: v is no object.
func (v Value) field(name string) (Value, bool) {
	switch o := v.ref.(type) {
	case map[string]any:
		return Of(o[name]), true
	case Source:
		return Of(o.Get(name)), true
	}
	return Value{}, v.None()
}

// elements are those of a list, in either form; false when v is none.
func (v Value) elements() (texts []string, others []any, ok bool) {
	switch l := v.ref.(type) {
	case []string:
		return l, nil, true
	case []any:
		return nil, l, true
	}
	return nil, nil, false
}

// size is the number of elements of a list, -1 when v is none.
func (v Value) size() int {
	texts, others, ok := v.elements()
	if !ok {
		return -1
	}
	return len(texts) + len(others)
}

// element is one of a list that has it.
func element(texts []string, others []any, i int) Value {
	if i < len(texts) {
		return Text(texts[i])
	}
	return Of(others[i])
}

// kept is v as it is kept to be read often: a list of texts as such.
func (v Value) kept() Value {
	l, ok := v.ref.([]any)
	if !ok {
		return v
	}
	texts := make([]string, len(l))
	for i, e := range l {
		if texts[i], ok = e.(string); !ok {
			return v
		}
	}
	return Texts(texts)
}

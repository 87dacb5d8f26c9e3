package rule

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// num is a number: a whole one counted exactly in i, or a fraction in f.
type num struct {
	i    int64
	f    float64
	real bool // f is meant
}

func integer(i int64) num { return num{i: i} }

func real(f float64) num { return num{f: f, real: true}.tidy() }

// tidy makes a fraction that is whole a whole number.
func (n num) tidy() num {
	if n.real && n.f == math.Trunc(n.f) && math.Abs(n.f) < 1<<53 {
		return num{i: int64(n.f)}
	}
	return n
}

func (n num) float() float64 {
	if n.real {
		return n.f
	}
	return float64(n.i)
}

func (n num) value() Value {
	switch {
	case !n.real:
		return Value{kind: whole, n: n.i}
	case math.IsNaN(n.f) || math.IsInf(n.f, 0):
		return Value{kind: other, ref: n.f}
	}
	return Value{kind: fraction, n: int64(math.Float64bits(n.f))}
}

func (n num) cmp(m num) int {
	if n.real || m.real {
		return n.cmpReal(m)
	}
	switch {
	case n.i < m.i:
		return -1
	case n.i > m.i:
		return 1
	}
	return 0
}

func (n num) cmpReal(m num) int {
	switch a, b := n.float(), m.float(); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func describe(v Value) string {
	switch v.kind {
	case nothing, absent:
		return "nothing"
	case text:
		if v.n > 40 {
			return "text"
		}
		return strconv.Quote(v.str())
	case truth, whole, fraction:
		return fmt.Sprint(v.Any())
	case instant:
		return v.Any().(time.Time).Format(time.RFC3339)
	case object:
		return "an object"
	case list:
		return "a list"
	}
	if n, ok := v.ref.(json.Number); ok {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("a value of type %T", v.ref)
}

// plainText writes a value as text.
func plainText(v Value) string {
	switch v.kind {
	case nothing, absent:
		return ""
	case text:
		return v.str()
	case whole, fraction:
		return fmt.Sprint(v.Any())
	}
	b, err := json.Marshal(v.Any())
	if err != nil {
		return ""
	}
	return strings.Trim(string(b), `"`)
}

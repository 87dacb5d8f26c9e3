package rule_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"banli/engine/rule"
)

// Whatever somebody writes, compiling and evaluating it ends within 5 ms and 1 MB.
func TestHostile(t *testing.T) {
	doubling := "let a = \"xxxxxxxx\"; "
	for _, n := range []string{"b", "c", "d", "e", "f", "g"} {
		prev := string(n[0] - 1)
		doubling += "let " + n + " = " + strings.Repeat(prev+" + ", 15) + prev + "; "
	}
	many := "[" + strings.TrimSuffix(strings.Repeat("1,", 240), ",") + "]"
	for name, tt := range map[string]struct{ src, code string }{
		"brackets":           {strings.Repeat("(", 4000) + "1", "too-long"},
		"nots":               {strings.Repeat("!", 4000) + "true", "too-long"},
		"lists in lists":     {strings.Repeat("[", 490) + "1", "syntax"},
		"a long text":        {`"` + strings.Repeat("x", 1<<20) + `"`, "too-long"},
		"a long sum":         {strings.TrimSuffix(strings.Repeat("1+", 2000), "+"), "too-long"},
		"conditions":         {strings.Repeat("true ? 1 : ", 100) + "1", ""},
		"a range":            {"1..1000000000", "not-available"},
		"repeat":             {`repeat("x", 1000000000)`, "not-available"},
		"a regexp":           {`"x" matches "((a{100}){100}){100}"`, "not-available"},
		"a regexp unchecked": {`"x" matches ("(" + "a")`, "not-available"},
		"doubling":           {doubling + "len(g)", rule.TooMuch},
		"doubling a little":  {`let a = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; let b = a+a+a+a+a+a+a+a; let c = b+b+b+b+b+b+b+b; let d = c+c+c+c+c+c+c+c; let e = d+d+d+d; len(e)`, rule.TooMuch},
		"nested loops":       {"sum(" + many + ", sum(" + many + ", sum([1,2], 1)))", "too-long"},
		"loops":              {"sum(" + many[:480] + "1], # > 0 ? 1 : 2)", ""},
		"numbers":            {"9007199254740993 * 9007199254740993 * 9007199254740993", rule.TooMuch},
		"reduce":             {`reduce([1,2], #acc + #acc, "x")`, "not-available"},
		"not utf-8":          {"\"\xff\"", "syntax"},
		"nul":                {"1 + \x00", "syntax"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			took, used := time.Hour, uint64(1<<40)
			for range 5 { // the machine may be busy: the best run counts
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				start := time.Now()
				var r *rule.Rule
				if r, err = rule.Compile(tt.src, env(), rule.Any); err == nil {
					_, err = r.Eval(vars())
				}
				took = min(took, time.Since(start))
				runtime.ReadMemStats(&after)
				used = min(used, after.TotalAlloc-before.TotalAlloc)
			}
			code := ""
			if e, ok := errors.AsType[*rule.Error](err); ok {
				code = e.Code
			} else if e, ok := errors.AsType[*rule.EvalError](err); ok {
				code = e.Code
			}
			if code != tt.code {
				t.Errorf("got %v, want code %q", err, tt.code)
			}
			if took > 5*time.Millisecond || used > 1<<20 {
				t.Errorf("took %v and %d bytes", took, used)
			}
		})
	}
}

// A list of 200 inside a list of 200 is more steps than a rule may take.
func TestSteps(t *testing.T) {
	list := make([]any, 200)
	for i := range list {
		list[i] = i
	}
	r, err := rule.Compile("all(anything, all(anything, # >= 0))", env(), rule.Bool)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Hour
	for range 5 {
		start := time.Now()
		_, err = r.Bool(rule.Vars{"anything": list})
		took = min(took, time.Since(start))
	}
	if e, ok := errors.AsType[*rule.EvalError](err); !ok || e.Code != rule.TooMuch || took > 5*time.Millisecond {
		t.Errorf("%v after %v", err, took)
	}
}

// Whatever the source, there is no panic, and a fault lies inside it.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{"a b", "((", "input.days <= 60", `"办理" == projct.regime`, "all(input.items, # in [1,2])", "let x = 1; x", "a?.b ?? [1][0]", "1..2", "if true {1} else {2}", "{a: 1}", "input.items[1:2]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		r, err := rule.Compile(src, env(), rule.Any)
		if e, ok := errors.AsType[*rule.Error](err); ok {
			if n := len([]rune(src)); e.Offset < 0 || e.Offset > n {
				t.Errorf("fault at %d of %d", e.Offset, n)
			}
			return
		}
		if _, err := r.Eval(vars()); err != nil {
			if _, ok := errors.AsType[*rule.EvalError](err); !ok {
				t.Errorf("%T", err)
			}
		}
	})
}

package definitions

import (
	"slices"
	"strconv"
	"strings"
)

// domain is what is known of the answers to a question beforehand.
type domain struct {
	choices []string
	whole   bool     // whole numbers only
	min     *float64 // and none below
	max     *float64
}

// settle finds the answers of all questions. It counts the cases, up to the most.
func (s *cases) settle(known func(name string) domain, most int) (n int) {
	n = 1
	for _, q := range s.questions {
		q.answer(known(q.name))
		if n *= max(len(q.answers), 1); n > most {
			return n
		}
	}
	return n
}

func (q *question) answer(d domain) {
	if q.than != "" {
		q.answers = []any{-1, 0, 1}
		return
	}
	var bounds []float64
	texts, yesNo, missing := false, false, false
	for _, v := range q.against {
		switch v := v.(type) {
		case float64:
			bounds = append(bounds, v)
		case string:
			texts = true
		case bool:
			yesNo = true
		case nil:
			missing = true
		}
	}
	switch {
	case texts && d.choices != nil:
		for _, c := range d.choices {
			q.answers = append(q.answers, c)
		}
	case texts:
		for _, v := range q.against {
			if _, ok := v.(string); ok {
				q.answers = append(q.answers, v)
			}
		}
		q.answers = append(q.answers, another{})
	case len(bounds) == 0 && !yesNo: // only whether it is there
		q.answers = append(q.answers, another{})
	}
	if yesNo {
		q.answers = append(q.answers, true, false)
	}
	for _, f := range points(bounds, d) {
		q.answers = append(q.answers, f)
	}
	if missing {
		q.answers = append(q.answers, nil)
	}
}

// points are the bounds and a number of each stretch beside and between them.
func points(bounds []float64, d domain) (list []float64) {
	slices.Sort(bounds)
	for i, b := range bounds {
		if d.whole || i == 0 {
			list = append(list, b-1)
		}
		list = append(list, b)
		switch {
		case d.whole || i == len(bounds)-1:
			list = append(list, b+1)
		default:
			list = append(list, (b+bounds[i+1])/2)
		}
	}
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(f float64) bool {
		return d.min != nil && f < *d.min || d.max != nil && f > *d.max
	})
	switch {
	case len(list) > 0 || len(bounds) == 0:
	case d.min != nil: // all there can be lies in one stretch
		list = append(list, *d.min)
	case d.max != nil:
		list = append(list, *d.max)
	}
	return list
}

// each calls do with the answers of every case, which are only valid during the call.
func (s *cases) each(do func(answers []any)) {
	at, in := make([]int, len(s.questions)), make([]any, len(s.questions))
	for _, q := range s.questions {
		if len(q.answers) == 0 {
			return
		}
	}
	for {
		for i, q := range s.questions {
			in[i] = q.answers[at[i]]
		}
		do(in)
		i := 0
		for ; i < len(at); i++ {
			if at[i]++; at[i] < len(s.questions[i].answers) {
				break
			}
			at[i] = 0
		}
		if i == len(at) {
			return
		}
	}
}

// words says an answer as people write it, in Chinese and English.
func (q *question) words(v any) (zh, en string) {
	both := func(s string) (string, string) { return s, s }
	switch v := v.(type) {
	case int:
		return both(q.name + " " + []string{"<", "=", ">"}[v+1] + " " + q.than)
	case float64:
		return both(q.name + " = " + strconv.FormatFloat(v, 'f', -1, 64))
	case nil:
		return q.name + " 未填", q.name + " is missing"
	case another:
		return q.name + " 为其他", q.name + " is something else"
	case bool:
		return both(q.name + " = " + strconv.FormatBool(v))
	}
	return both(q.name + " = " + v.(string))
}

// witness says a case in words, in Chinese and English, without the answers that do not matter to its being so.
func (s *cases) witness(in []any, so func([]any) bool) (zh, en string) {
	var zhs, ens []string
	alike := [][]any{in} // cases that are so, too
	for i, q := range s.questions {
		var more [][]any
		matters := false
		for _, c := range alike {
			for _, v := range q.answers {
				other := slices.Clone(c)
				other[i] = v
				more, matters = append(more, other), matters || !so(other)
			}
		}
		if !matters && len(more) <= 1000 {
			alike = more
			continue
		}
		z, e := q.words(in[i])
		zhs, ens = append(zhs, z), append(ens, e)
	}
	if len(zhs) == 0 {
		return "任何情形", "anything is so"
	}
	return strings.Join(zhs, " 且 "), strings.Join(ens, " and ")
}

package definitions

import (
	"strings"
	"testing"
)

func TestSetDay(t *testing.T) {
	const src = "kind: calendar\nid: cn\ndays: # 全年\n  # 2018\n  - {date: 2018-01-01, kind: holiday, name: 元旦} # 一天\n  - {date: 2018-02-11, kind: workday, name: 春节}\n"
	for name, tt := range map[string]struct{ day, kind, called, old, new string }{
		"a day between":     {"2018-01-02", "holiday", "临时", "  - {date: 2018-02-11", "  - {date: 2018-01-02, kind: holiday, name: 临时}\n  - {date: 2018-02-11"},
		"a day before":      {"2017-12-31", "workday", "a: b", "  - {date: 2018-01-01", "  - {date: 2017-12-31, kind: workday, name: \"a: b\"}\n  - {date: 2018-01-01"},
		"a day after":       {"2018-05-01", "holiday", "劳动节", "name: 春节}\n", "name: 春节}\n  - {date: 2018-05-01, kind: holiday, name: 劳动节}\n"},
		"another name":      {"2018-01-01", "holiday", "新年", "  - {date: 2018-01-01, kind: holiday, name: 元旦} # 一天\n", "  - {date: 2018-01-01, kind: holiday, name: 新年}\n"},
		"no day any more":   {"2018-02-11", "", "", "  - {date: 2018-02-11, kind: workday, name: 春节}\n", ""},
		"it was not listed": {"2018-03-01", "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := SetDay([]byte(src), "cn", tt.day, tt.kind, tt.called)
			if want := strings.Replace(src, tt.old, tt.new, 1); err != nil || string(got) != want {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
	for _, bad := range []string{"kind: calendar\nid: other\ndays: []\n", "kind: calendar\nid: cn\ndays: [{date: 2018-01-01, kind: holiday, name: 元旦}]\n", ": :"} {
		if _, err := SetDay([]byte(bad), "cn", "2018-01-02", "holiday", "x"); err == nil {
			t.Errorf("%q was edited", bad)
		}
	}
}

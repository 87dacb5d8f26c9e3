package calendar_test

import (
	"strings"
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/engine/internal/cn"
)

// at reads a local instant; 24:00 is 0:00 of the next day.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	midnight := strings.HasSuffix(s, " 24:00")
	v, err := time.ParseInLocation("2006-01-02 15:04", strings.Replace(s, " 24:00", " 00:00", 1), cn.Zone())
	if err != nil {
		t.Fatal(err)
	}
	if midnight {
		v = v.AddDate(0, 0, 1)
	}
	return v
}

// The worked dates without pauses: hours by D2, days by D3.
func TestWorkedDates(t *testing.T) {
	cal := cn.Calendar(nil)
	for name, tt := range map[string]struct {
		start string
		n     int
		unit  string
		due   string
	}{
		"E1":                                   {"2018-05-08 10:00", 24, "h", "2018-05-09 10:00"},
		"E2":                                   {"2018-05-11 16:30", 24, "h", "2018-05-14 16:30"},
		"E3":                                   {"2018-05-12 09:00", 24, "h", "2018-05-14 24:00"},
		"E4":                                   {"2018-09-29 09:00", 24, "h", "2018-09-30 09:00"},
		"E5":                                   {"2018-09-30 15:00", 24, "h", "2018-10-08 15:00"},
		"E6":                                   {"2025-10-10 20:00", 24, "h", "2025-10-11 20:00"},
		"E7":                                   {"2018-09-28 10:00", 72, "h", "2018-10-08 10:00"},
		"E8":                                   {"2024-02-08 14:00", 72, "h", "2024-02-19 14:00"},
		"E9":                                   {"2018-12-28 11:00", 72, "h", "2019-01-03 11:00"},
		"E10":                                  {"2018-05-12 09:00", 72, "h", "2018-05-16 24:00"},
		"E11":                                  {"2018-05-09 00:00", 72, "h", "2018-05-11 24:00"},
		"E12":                                  {"2025-04-25 18:00", 72, "h", "2025-04-29 18:00"},
		"E13":                                  {"2020-01-22 09:00", 72, "h", "2020-02-04 09:00"},
		"E14":                                  {"2019-04-30 10:00", 72, "h", "2019-05-07 10:00"},
		"E15":                                  {"2021-09-24 17:00", 72, "h", "2021-09-28 17:00"},
		"E15 first round":                      {"2021-09-17 15:00", 72, "h", "2021-09-23 15:00"},
		"E16":                                  {"2018-06-13 10:20", 5, "d", "2018-06-21 24:00"},
		"E17":                                  {"2022-04-22 11:00", 5, "d", "2022-04-28 24:00"},
		"E17 first round":                      {"2022-04-01 09:30", 5, "d", "2022-04-11 24:00"},
		"E18":                                  {"2022-04-22 11:00", 10, "d", "2022-05-09 24:00"},
		"E19":                                  {"2018-06-13 10:20", 10, "d", "2018-06-28 24:00"},
		"E20":                                  {"2023-09-27 10:00", 3, "d", "2023-10-08 24:00"},
		"E20 intake":                           {"2023-09-27 10:00", 5, "d", "2023-10-10 24:00"},
		"E21":                                  {"2018-06-20 16:00", 10, "d", "2018-07-04 24:00"},
		"E22":                                  {"2026-02-12 09:00", 5, "d", "2026-02-26 24:00"},
		"E23":                                  {"2022-12-29 17:30", 5, "d", "2023-01-06 24:00"},
		"E24":                                  {"2019-04-23 09:00", 7, "d", "2019-05-05 24:00"},
		"E25":                                  {"2018-05-14 15:00", 20, "d", "2018-06-11 24:00"},
		"E26":                                  {"2018-05-14 15:00", 30, "d", "2018-06-26 24:00"},
		"E27":                                  {"2018-05-14 15:00", 60, "d", "2018-08-07 24:00"},
		"E28":                                  {"2021-09-15 09:00", 45, "d", "2021-11-23 24:00"},
		"E35":                                  {"2020-01-16 10:00", 10, "d", "2020-02-06 24:00"},
		"E36":                                  {"2018-12-03 10:00", 20, "d", "2018-12-29 24:00"},
		"E37":                                  {"2023-04-20 11:00", 10, "d", "2023-05-06 24:00"},
		"E38":                                  {"2020-06-24 09:00", 10, "d", "2020-07-09 24:00"},
		"E39":                                  {"2019-05-28 16:00", 15, "d", "2019-06-19 24:00"},
		"E40":                                  {"2025-09-26 16:40", 24, "h", "2025-09-28 16:40"},
		"E41":                                  {"2025-09-28 09:15", 72, "h", "2025-10-09 09:15"},
		"E42":                                  {"2025-10-10 11:00", 5, "d", "2025-10-16 24:00"},
		"E43":                                  {"2025-10-14 15:00", 7, "d", "2025-10-23 24:00"},
		"E45 thirty days before":               {"2020-06-15 00:00", -30, "d", "2020-04-30 24:00"},
		"nothing to count is the start itself": {"2018-05-12 09:00", 0, "d", "2018-05-12 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			start, got := at(t, tt.start), time.Time{}
			if tt.unit == "h" {
				h := time.Duration(tt.n) * time.Hour
				got = cal.AddHours(start, h)
				if back := cal.Hours(start, got); back != h {
					t.Errorf("Hours to the due instant = %v, want %v", back, h)
				}
			} else {
				got = cal.AddDays(start, tt.n)
				if back := cal.Days(start, got); tt.n >= 0 && back != tt.n {
					t.Errorf("Days to the due instant = %d, want %d", back, tt.n)
				}
			}
			if !got.Equal(at(t, tt.due)) || got.Location() != cal.Zone() {
				t.Errorf("due %v, want %v", got, at(t, tt.due))
			}
		})
	}
}

// E13, E14, E35, E36: what the same dates were under the notices in force before.
func TestFormerRevisions(t *testing.T) {
	drop := func(days ...string) func(calendar.Exception) bool {
		return func(e calendar.Exception) bool {
			for _, d := range days {
				if e.Date.String() == d {
					return true
				}
			}
			return false
		}
	}
	extended := drop("2020-01-31", "2020-02-01", "2020-02-02")
	before2020 := append(cn.Exceptions(extended), calendar.Exception{Date: calendar.NewDate(2020, 2, 1), Kind: calendar.Workday, Name: "春节"})
	for name, tt := range map[string]struct {
		ex         []calendar.Exception
		start, due string
		hours      bool
		n          int
	}{
		"E13": {before2020, "2020-01-22 09:00", "2020-02-01 09:00", true, 72},
		"E14": {cn.Exceptions(drop("2019-04-28", "2019-05-05", "2019-05-02", "2019-05-03", "2019-05-04")), "2019-04-30 10:00", "2019-05-06 10:00", true, 72},
		"E35": {before2020, "2020-01-16 10:00", "2020-02-04 24:00", false, 10},
		"E36": {cn.Exceptions(drop("2018-12-29", "2018-12-30", "2018-12-31")), "2018-12-03 10:00", "2018-12-31 24:00", false, 20},
	} {
		t.Run(name, func(t *testing.T) {
			cal, got := cn.Calendar(tt.ex), time.Time{}
			if tt.hours {
				got = cal.AddHours(at(t, tt.start), time.Duration(tt.n)*time.Hour)
			} else {
				got = cal.AddDays(at(t, tt.start), tt.n)
			}
			if !got.Equal(at(t, tt.due)) {
				t.Errorf("due %v, want %s", got, tt.due)
			}
		})
	}
}

// E46: working days per year.
func TestWorkdaysPerYear(t *testing.T) {
	cal := cn.Calendar(nil)
	for i, want := range []int{250, 250, 249, 250, 249, 249, 251, 248, 248} {
		year := 2018 + i
		if got := cal.Count(calendar.NewDate(year, 1, 1), calendar.NewDate(year+1, 1, 1)); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	cal := cn.Calendar(nil)
	for day, want := range map[string]string{
		"2018-10-01": "国庆节", "2018-06-18": "端午节", "2018-05-12": "Saturday", "2018-05-08": "Tuesday",
	} {
		d, err := calendar.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.DayName(d); got != want {
			t.Errorf("%s is called %q, want %q", day, got, want)
		}
	}
	if got := cal.NextWorkday(calendar.NewDate(2018, 9, 30)); got.String() != "2018-10-08" {
		t.Errorf("next working day after 2018-09-30 is %v", got)
	}
}

func TestProvisional(t *testing.T) {
	cal := cn.Calendar(nil)
	if cal.Provisional(at(t, "2026-12-31 24:00")) {
		t.Error("24:00 of the last confirmed day is confirmed")
	}
	if !cal.Provisional(at(t, "2026-12-31 24:00").Add(time.Second)) {
		t.Error("a second after the last confirmed day is provisional")
	}
}

func TestRefusals(t *testing.T) {
	d := calendar.NewDate(2018, 1, 1)
	for want, c := range map[string]calendar.Config{
		"calendar x: no time zone": {ID: "x"},
		`calendar x: 2018-01-01: kind is "off", expected "holiday" or "workday"`:  {ID: "x", Zone: time.UTC, Exceptions: []calendar.Exception{{Date: d, Kind: "off"}}},
		"calendar x: 2018-01-01 is listed twice, as holiday and as workday":       {ID: "x", Zone: time.UTC, Exceptions: []calendar.Exception{{Date: d, Kind: "holiday"}, {Date: d, Kind: "workday"}}},
		"calendar x: confirmed until 1970-01-01, before its first day 2018-01-01": {ID: "x", Zone: time.UTC, From: d},
	} {
		if _, err := calendar.New(c); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := calendar.ParseDate("2018-2-30"); err == nil || err.Error() != `expected a date such as 2018-05-08, found "2018-2-30"` {
		t.Errorf("got %v", err)
	}
}

// Package cn gives the engine's tests the official calendar of 2018–2026.
package cn

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // tests must not depend on the machine's zone files

	"banli/engine/calendar"
)

//go:embed cn.csv
var table string

// Zone is Asia/Shanghai.
var Zone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return zone
})

// Exceptions reads the table, leaving out those for which skip says so.
func Exceptions(skip func(calendar.Exception) bool) (list []calendar.Exception) {
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if len(f) != 3 || f[0] == "date" {
			continue
		}
		d, err := calendar.ParseDate(f[0])
		if err != nil {
			panic(err)
		}
		if e := (calendar.Exception{Date: d, Kind: f[1], Name: f[2]}); skip == nil || !skip(e) {
			list = append(list, e)
		}
	}
	return list
}

// Calendar is the calendar of 2018–2026 with the given exceptions (all of them when nil).
func Calendar(ex []calendar.Exception) *calendar.Calendar {
	if ex == nil {
		ex = Exceptions(nil)
	}
	c, err := calendar.New(calendar.Config{
		ID: "cn", Revision: "1", Zone: Zone(), Exceptions: ex,
		From: calendar.NewDate(2018, 1, 1), ConfirmedUntil: calendar.NewDate(2026, 12, 31),
	})
	if err != nil {
		panic(fmt.Sprintf("calendar of the tests: %v", err))
	}
	return c
}

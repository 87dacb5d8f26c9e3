package admin

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"banli/definitions"
	cal "banli/engine/calendar"
	"banli/forms"
	"banli/internal/web"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// confirmedUntil is the setting that says until when the notices reach.
const confirmedUntil = "confirmed_until"

// byWeek is the value of a day that no notice names.
const byWeek = "-"

// calendarDay is the setting of one day: holiday:春节, workday:春节, or [byWeek]; or that of confirmedUntil.
func calendarDay(cat *definitions.Catalogue, id string) (setting, error) {
	s := setting{Kind: calendar, ID: id, Value: byWeek}
	if id == confirmedUntil {
		s.Value = cat.Calendar.ConfirmedUntil().String()
		return s, nil
	}
	d, err := cal.ParseDate(id)
	if err != nil {
		return s, fmt.Errorf("day %q: %w", id, store.ErrNotFound)
	}
	if e, ok := cat.Calendar.Exception(d); ok {
		s.Value = e.Kind + ":" + e.Name
	}
	return s, nil
}

// dayWords is the value of a day in words.
func dayWords(l web.Lang, value string) string {
	kind, name, ok := strings.Cut(value, ":")
	switch {
	case value == byWeek:
		return Pack.T(l, "admin.day.week")
	case !ok:
		return value
	}
	return Pack.T(l, "admin.day."+kind, "name", name)
}

// movedDays are the days that two catalogues give otherwise.
func movedDays(before, now *definitions.Catalogue) (out []move) {
	ids := []string{confirmedUntil}
	for _, c := range []*definitions.Catalogue{before, now} {
		for _, e := range c.Calendar.Exceptions() {
			ids = append(ids, e.Date.String())
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		a, errA := calendarDay(before, id)
		b, errB := calendarDay(now, id)
		if errA == nil && errB == nil && a.Value != b.Value {
			out = append(out, move{b, a.Value})
		}
	}
	return out
}

// setDays writes edits of the calendar into its file.
func setDays(cat *definitions.Catalogue, files map[string][]byte, days []Edit) error {
	if len(days) == 0 {
		return nil
	}
	id := cat.Calendar.ID()
	name := ""
	for n, src := range files {
		if strings.HasSuffix(n, ".yaml") && strings.Contains(string(src), "kind: calendar") {
			if _, err := definitions.SetDay(src, id, "2000-01-01", "", ""); err == nil {
				name = n
			}
		}
	}
	for _, e := range days {
		var src []byte
		var err error
		if e.ID == confirmedUntil {
			src, err = definitions.SetScalar(files[name], "calendar "+id+"/confirmed_until", e.New)
		} else {
			kind, called, _ := strings.Cut(strings.TrimPrefix(e.New, byWeek), ":")
			src, err = definitions.SetDay(files[name], id, e.ID, kind, called)
		}
		if err != nil {
			return fmt.Errorf("calendar %s, %s: %w", id, e.ID, err)
		}
		files[name] = src
	}
	return nil
}

// calendarView is what calendar.html shows: the days of a year that notices name, and the form that takes a notice.
type calendarView struct {
	Year      int
	Years     web.Filters
	Confirmed string
	Rows      []dayRow
	Draft     draftView
	May       bool
	Days      forms.FieldView
	Until     forms.FieldView
	Reason    forms.FieldView
	Summary   web.ErrorSummary
}

type dayRow struct {
	Day, Weekday, Value, New string
	Holiday                  bool
}

var calendarPage = web.NewPage[calendarView](Pack, "calendar.html", web.Admin)

func (h *Handler) getCalendar(c *gin.Context) error {
	d, err := h.draft(c.Request.Context())
	if err != nil {
		return err
	}
	return calendarPage.Render(c, http.StatusOK, h.calendarView(c, d, "", "", ""))
}

func (h *Handler) calendarView(c *gin.Context, d *Draft, days, until, reason string) calendarView {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := calendarView{Confirmed: cat.Calendar.ConfirmedUntil().String(), Draft: newDraftView(r, cat, d), May: may(r, drafters)}
	var err error
	if v.Year, err = strconv.Atoi(r.Query.Get("year")); err != nil {
		v.Year = r.Now.Year()
	}
	last := max(cat.Calendar.ConfirmedUntil().Year()+1, v.Year)
	var years []string
	for y := last; y >= cat.Calendar.From().Year(); y-- {
		years = append(years, strconv.Itoa(y), strconv.Itoa(y))
	}
	v.Years = web.Filters{Label: t("admin.calendar.year"), Action: "/admin/calendar", Fields: []web.Filter{
		{Name: "year", Label: t("admin.calendar.year"), Options: web.Options(strconv.Itoa(v.Year), years...)},
	}}
	for day := cal.NewDate(v.Year, time.January, 1); day.Year() == v.Year; day++ {
		s, err := calendarDay(cat, day.String())
		e := d.edit(calendar, day.String())
		if err != nil || s.Value == byWeek && e == nil {
			continue
		}
		row := dayRow{Day: day.String(), Weekday: t("admin.weekday." + strconv.Itoa(int(day.Weekday()))), Value: dayWords(r.Lang, s.Value), Holiday: strings.HasPrefix(s.Value, cal.Holiday)}
		if e != nil {
			row.New = dayWords(r.Lang, e.New)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Days = field("days", t("admin.calendar.days"), days)
	v.Days.Kind, v.Days.Lines, v.Days.Hint, v.Days.Spellcheck, v.Days.Required = forms.TextArea, 8, t("admin.calendar.days.hint"), false, false
	v.Days.DescribedBy = v.Days.HintID
	v.Until = field("until", t("admin.label.confirmed"), until)
	v.Until.Kind, v.Until.Hint, v.Until.Required = forms.Date, t("admin.calendar.until.hint", "day", v.Confirmed), false
	v.Until.DescribedBy = v.Until.HintID
	v.Reason = field("reason", t("admin.edit.reason"), reason)
	v.Reason.Hint, v.Reason.MaxLength = t("admin.calendar.reason.hint"), 300
	v.Reason.DescribedBy = v.Reason.HintID
	return v
}

var dayLine = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})\s+(放假|上班|按星期|holiday|workday|week)(?:\s+(\S.*))?$`)

// readDays reads the lines of a notice: 2027-02-06 放假 春节.
func readDays(l web.Lang, text string) (edits []Edit, problem string) {
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(strings.Map(halfWidth, line)); line == "" {
			continue
		}
		m := dayLine.FindStringSubmatch(line)
		if m == nil {
			return nil, Pack.T(l, "admin.problem.day_line", "n", i+1, "line", line)
		}
		if _, err := cal.ParseDate(m[1]); err != nil {
			return nil, Pack.T(l, "admin.problem.day", "n", i+1, "day", m[1])
		}
		value := byWeek
		switch m[2] {
		case "放假", "holiday":
			value = cal.Holiday + ":" + m[3]
		case "上班", "workday":
			value = cal.Workday + ":" + m[3]
		}
		if value != byWeek && m[3] == "" || strings.ContainsAny(m[3], " \t") {
			return nil, Pack.T(l, "admin.problem.day_name", "n", i+1, "day", m[1])
		}
		edits = append(edits, Edit{Kind: calendar, ID: m[1], New: value})
	}
	return edits, ""
}

func (h *Handler) postCalendar(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r := web.From(c)
	edits, problem := readDays(r.Lang, form.Get("days"))
	until, reason := form.Get("until"), strings.TrimSpace(form.Get("reason"))
	if until != "" {
		edits = append(edits, Edit{Kind: calendar, ID: confirmedUntil, New: until})
	}
	if problem == "" && len(edits) == 0 {
		problem = Pack.T(r.Lang, "admin.problem.no_days")
	}
	tell := func(f *forms.FieldView, sum *web.ErrorSummary, text string) {
		f.Problem, f.DescribedBy = text, f.ProblemID+" "+f.DescribedBy
		sum.Errors = append(sum.Errors, web.ErrorLink{Target: f.ID, Text: text})
	}
	_, badUntil := cal.ParseDate(until)
	if problem != "" || reason == "" || until != "" && badUntil != nil {
		d, err := h.draft(c.Request.Context())
		if err != nil {
			return err
		}
		v := h.calendarView(c, d, form.Get("days"), until, form.Get("reason"))
		if problem != "" {
			tell(&v.Days, &v.Summary, problem)
		}
		if until != "" && badUntil != nil {
			tell(&v.Until, &v.Summary, Pack.T(r.Lang, "admin.problem.until"))
		}
		if reason == "" {
			tell(&v.Reason, &v.Summary, Pack.T(r.Lang, "admin.problem.reason"))
		}
		return calendarPage.Render(c, http.StatusUnprocessableEntity, v)
	}
	err = h.change(c.Request.Context(), func(d *Draft) error {
		for _, e := range edits {
			s, err := find(h.Cases.Catalogues.Current(), calendar, e.ID)
			if err != nil {
				return err
			}
			e.Old, e.By, e.At, e.Reason = s.Value, screen.Actor(r), r.Now, reason
			d.put(e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "admin.calendar.saved", "n", len(edits)))
	return web.SeeOther(c, "/admin/check")
}

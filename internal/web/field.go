package web

import (
	"strconv"

	"banli/forms"
)

// Control is one control of a form. In a row of a table it has no label of its
// own on the page and is named after its row.
type Control struct {
	forms.FieldView
	InRow bool
	Aria  string // its name where no label is drawn
}

func newControl(f forms.FieldView) Control { return Control{FieldView: f} }

func newCell(row forms.RowView, f forms.FieldView) Control {
	return Control{FieldView: f, InRow: true, Aria: row.Label + " " + f.Label}
}

// WidthClass follows the expected length of the answer.
func (c Control) WidthClass() string {
	switch w := c.Width; {
	case c.InRow, w == 0:
		return ""
	case w <= 10:
		return "w-s"
	case w <= 22:
		return "w-m"
	case w <= 44:
		return "w-l"
	}
	return ""
}

// State is the class of a field something is to be said about.
func (c Control) State() string {
	switch {
	case c.Problem == "":
		return ""
	case c.Warning:
		return " noted"
	}
	return " bad"
}

// Figures tells whether the control holds a number.
func (c Control) Figures() bool { return c.Kind == forms.Number || c.Kind == forms.Money }

// Grouped tells whether the control is several: a fieldset with a legend.
func (c Control) Grouped() bool {
	switch c.Kind {
	case forms.YesNo, forms.Radios, forms.Checkboxes, forms.Group:
		return true
	}
	return false
}

// InputType is the type attribute. Numbers are text with a keyboard of digits, so that what was
// typed is kept as typed.
func (c Control) InputType() string {
	switch c.Kind {
	case forms.Date:
		return "date"
	case forms.Month:
		return "month"
	}
	switch c.InputMode {
	case "tel", "email", "url":
		return c.InputMode
	}
	return "text"
}

// Has tells whether a choice's value is chosen.
func (c Control) Has(value string) bool {
	for _, v := range c.Values {
		if v == value {
			return true
		}
	}
	return c.Value == value && c.Value != ""
}

// FocusID is the id of what gets focus after a row was added or removed: the
// row at pointer, or the button that adds to the list at pointer. Draw it with
// {{template "focus" .}}.
func FocusID(v forms.View, pointer string) string {
	var find func([]forms.FieldView) string
	find = func(fields []forms.FieldView) string {
		for _, f := range fields {
			if f.Pointer == pointer && f.AddID != "" {
				return f.AddID
			}
			for _, r := range f.Rows {
				if r.Pointer == pointer {
					return r.ID
				}
				if id := find(r.Fields); id != "" {
					return id
				}
			}
			if id := find(f.Fields); id != "" {
				return id
			}
		}
		return ""
	}
	for _, s := range v.Sections {
		if id := find(s.Fields); id != "" {
			return id
		}
	}
	return ""
}

func itoa(n int) string { return strconv.Itoa(n) }

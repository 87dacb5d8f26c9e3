package screen

import (
	"banli/forms"
	"banli/internal/web"
)

// FormContext is what a form needs of a request: the day, where we are, and the language.
func FormContext(r *web.Request) forms.Context {
	return forms.Context{Today: web.Day(r.Now, r.Now.Location()), Lang: string(r.Lang)}
}

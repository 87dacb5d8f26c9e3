package web

import (
	"errors"
	"net/http"
	"strings"

	"banli/engine/flow"
)

// refusalStatus says which refusals come of an older state of the case (409) and which of what was
// asked (422). A refusal is not a fault: it is told with the rule behind it.
var refusalStatus = map[string]int{
	"wrong-state":       http.StatusConflict,
	"final":             http.StatusConflict,
	"at-most":           http.StatusConflict,
	"hold-open":         http.StatusConflict,
	"hold-closed":       http.StatusConflict,
	"guard":             http.StatusUnprocessableEntity,
	"same-person":       http.StatusUnprocessableEntity,
	"bad-input":         http.StatusUnprocessableEntity,
	"before-last-event": http.StatusUnprocessableEntity,
	"wrong-role":        http.StatusNotFound, // as if it were not there
	"unknown-action":    http.StatusNotFound,
}

// RefusalText words a refusal in one sentence, without its rule.
func RefusalText(l Lang, f *flow.Refusal) string {
	if _, ok := refusalStatus[f.Code]; !ok {
		return T(l, "refusal.other")
	}
	return T(l, "refusal."+strings.ReplaceAll(f.Code, "-", "_"))
}

func refusalProblem(r *Request, err error) (*Problem, bool) {
	f, ok := errors.AsType[*flow.Refusal](err)
	if !ok {
		return nil, false
	}
	status, ok := refusalStatus[f.Code]
	if !ok {
		status = http.StatusConflict
	}
	if status == http.StatusNotFound {
		return &Problem{Status: status, Title: T(r.Lang, "error.not_found.title"), Message: T(r.Lang, "error.not_found.message"), Err: err}, true
	}
	message := RefusalText(r.Lang, f)
	if f.Rule != "" {
		message += "\n" + T(r.Lang, "refusal.rule", "rule", f.Rule)
	}
	return &Problem{
		Status: status, Title: T(r.Lang, "refusal.title"), Message: message,
		NextURL: r.Path, NextText: T(r.Lang, "refusal.back"), Err: err,
	}, true
}

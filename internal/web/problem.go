package web

import (
	"errors"
	"net/http"

	"banli/store"

	"github.com/gin-gonic/gin"
)

// ErrForbidden is answered like a record that is not there, so that nobody
// learns which records exist.
var ErrForbidden = errors.New("forbidden")

// Problem is an error a page tells in its own words.
type Problem struct {
	Status  int
	Title   string // what happened
	Message string // what is safe, and what to do
	// NextURL and NextText are a way on; empty: back to the start page.
	NextURL, NextText string
	Err               error // for the log; may be nil
}

// Error is the title and the cause.
func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Title + ": " + p.Err.Error()
	}
	return p.Title
}

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

// problemOf is the one table from errors to what a person is told.
func problemOf(c *gin.Context, err error) *Problem {
	r := From(c)
	told := func(status int, kind string) *Problem {
		return &Problem{Status: status, Title: T(r.Lang, "error."+kind+".title"), Message: T(r.Lang, "error."+kind+".message"), Err: err}
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if p, ok := refusalProblem(r, err); ok {
		return p
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || errors.Is(err, store.ErrTooLarge) {
		return told(http.StatusRequestEntityTooLarge, "too_large")
	}
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, ErrForbidden):
		return told(http.StatusNotFound, "not_found")
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrExists):
		p := told(http.StatusConflict, "conflict")
		p.NextURL, p.NextText = r.Path, T(r.Lang, "error.conflict.next")
		return p
	case errors.Is(err, errMethod):
		return told(http.StatusMethodNotAllowed, "method")
	case errors.Is(err, errCrossOrigin):
		return told(http.StatusForbidden, "cross_origin")
	case errors.Is(err, errBadForm):
		return told(http.StatusBadRequest, "bad_form")
	}
	return told(http.StatusInternalServerError, "internal")
}

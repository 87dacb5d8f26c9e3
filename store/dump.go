package store

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Record is one thing that a store keeps, whole; exactly one field is set. A dump
// is all of them: see [Store].
type Record struct {
	Doc     *Filed
	Project *Project
	Case    *Case // with its lines of the outbox
	File    *FileInfo
}

// Filed is a document and the collection it is in.
type Filed struct {
	Collection string
	Doc
}

// Key orders a dump: documents by collection and id, then projects and cases by
// id, then what is known of files by digest. Documents come first because
// references to files move from them into cases, never back.
func (r *Record) Key() string {
	switch {
	case r.Doc != nil:
		return "1\x00" + r.Doc.Collection + "\x00" + r.Doc.ID
	case r.Project != nil:
		return "2\x00" + r.Project.ID
	case r.Case != nil:
		return "3\x00" + r.Case.ID
	case r.File != nil:
		return "4\x00" + r.File.Digest
	}
	return ""
}

// The wire forms carry JSON documents as strings, so that they come back byte for
// byte, and nil as nil.
type (
	wireRecord struct {
		Doc     *wireDoc     `json:",omitempty"`
		Project *wireProject `json:",omitempty"`
		Case    *wireCase    `json:",omitempty"`
		File    *FileInfo    `json:",omitempty"`
	}
	wireDoc struct {
		*Filed
		Data *string
	}
	wireProject struct {
		*Project
		Answers, Extra *string
	}
	wireCase struct {
		*Case
		Pins, Body, Folded *string
		Events             []wireEvent
		Outbox             []wireLine `json:",omitempty"`
	}
	wireEvent struct {
		*Event
		Data *string
	}
	wireLine struct {
		*Line
		Data *string
	}
)

// MarshalJSON writes the record as one line.
func (r Record) MarshalJSON() ([]byte, error) {
	w := wireRecord{File: r.File}
	if r.Doc != nil {
		w.Doc = &wireDoc{r.Doc, text(r.Doc.Data)}
	}
	if r.Project != nil {
		w.Project = &wireProject{r.Project, text(r.Project.Answers), text(r.Project.Extra)}
	}
	if c := r.Case; c != nil {
		w.Case = &wireCase{Case: c, Pins: text(c.Pins), Body: text(c.Body), Folded: text(c.Folded), Events: make([]wireEvent, len(c.Events))}
		for i := range c.Events {
			w.Case.Events[i] = wireEvent{&c.Events[i], text(c.Events[i].Data)}
		}
		for i := range c.Outbox {
			w.Case.Outbox = append(w.Case.Outbox, wireLine{&c.Outbox[i], text(c.Outbox[i].Data)})
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(w)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(line []byte) error {
	var w wireRecord
	if err := json.Unmarshal(line, &w); err != nil {
		return err
	}
	*r = Record{File: w.File}
	if w.Doc != nil && w.Doc.Filed != nil {
		r.Doc = w.Doc.Filed
		r.Doc.Data = raw(w.Doc.Data)
	}
	if w.Project != nil && w.Project.Project != nil {
		r.Project = w.Project.Project
		r.Project.Answers, r.Project.Extra = raw(w.Project.Answers), raw(w.Project.Extra)
	}
	if w.Case != nil && w.Case.Case != nil {
		c := w.Case.Case
		c.Pins, c.Body, c.Folded = raw(w.Case.Pins), raw(w.Case.Body), raw(w.Case.Folded)
		c.Events, c.Outbox = make([]Event, len(w.Case.Events)), nil
		for i, e := range w.Case.Events {
			if e.Event != nil {
				c.Events[i] = *e.Event
			}
			c.Events[i].Data = raw(e.Data)
		}
		for _, l := range w.Case.Outbox {
			if l.Line != nil {
				l.Line.Data = raw(l.Data)
				c.Outbox = append(c.Outbox, *l.Line)
			}
		}
		r.Case = c
	}
	if r.Key() == "" {
		return errors.New("expected a document, a project, a case or a file, found none of them")
	}
	return nil
}

func text(j json.RawMessage) *string {
	if j == nil {
		return nil
	}
	s := string(j)
	return &s
}

func raw(s *string) json.RawMessage {
	if s == nil {
		return nil
	}
	return json.RawMessage(*s)
}

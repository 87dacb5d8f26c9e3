package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// issue renders the document that an event asks for, as the case stood right after that event, and keeps it.
func (s *Service) issue(ctx context.Context, l store.Line) error {
	var is flow.Issue
	if err := unmarshal(l.Data, &is); err != nil {
		return err
	}
	k, err := s.load(ctx, l.Case)
	if err != nil {
		return err
	}
	doc, err := k.render(is)
	if err != nil {
		return err
	}
	doc.ID = documentID(l.Case, is)
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	err = s.Store.Docs("documents").Insert(ctx, &store.Doc{ID: doc.ID, Index: [3]string{l.Case, doc.Project, doc.Document}, Data: data})
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// documentID sorts the documents of a case by event.
func documentID(id string, is flow.Issue) string {
	return fmt.Sprintf("%s-%04d-%s", id, is.Seq, is.Document)
}

func (k *loaded) render(is flow.Issue) (*IssuedDocument, error) {
	def := k.cat.Documents[is.Document]
	if def == nil || is.Seq < 1 || is.Seq > len(k.events) {
		return nil, fmt.Errorf("catalogue %.12s has no document %q for event %d", k.cat.Revision, is.Document, is.Seq)
	}
	st, err := k.flow.Replay(&k.scope, k.events[:is.Seq])
	if err != nil {
		return nil, err
	}
	data := definitions.DocumentData{
		Project: definitions.DocumentProject{Code: k.project.Code, Name: k.project.Name, OwnerName: k.project.OwnerName},
		Case:    definitions.DocumentCase{ID: k.ID}, At: is.At.In(k.cat.Calendar.Zone()),
		Input: k.events[is.Seq-1].Input, Facts: st.Facts(), Param: k.cat.Params(),
	}
	if k.item != nil {
		data.Item = definitions.DocumentItem{ID: k.item.ID, Name: k.item.Name}
	}
	if d := k.department(); d != nil {
		data.Department = definitions.DocumentDepartment{
			ID: d.ID, Name: d.Name, ShortName: d.ShortName,
			Window: d.Contact.Window, Phone: d.Contact.Phone, Address: d.Contact.Address,
		}
	}
	title, text, err := def.Render(data)
	if err != nil {
		return nil, err
	}
	return &IssuedDocument{Case: k.ID, Project: k.project.ID, Document: def.ID, Seq: is.Seq, Title: title, Body: text, At: is.At}, nil
}

// Document is one issued document of a case that the actor may see.
func (s *Service) Document(ctx context.Context, actor flow.Actor, id string) (*IssuedDocument, error) {
	doc, err := s.Store.Docs("documents").Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", id, err)
	}
	if _, err := s.loadFor(ctx, actor, doc.Index[0]); err != nil {
		return nil, fmt.Errorf("document %s: %w", id, err)
	}
	var d IssuedDocument
	return &d, json.Unmarshal(doc.Data, &d)
}

func (s *Service) documents(ctx context.Context, id string) ([]IssuedDocument, error) {
	docs, err := findAll(ctx, s.Store.Docs("documents"), store.DocQuery{Index: [3]string{id}})
	if err != nil {
		return nil, fmt.Errorf("documents of case %s: %w", id, err)
	}
	out := make([]IssuedDocument, len(docs))
	for i, doc := range docs {
		if err := json.Unmarshal(doc.Data, &out[i]); err != nil {
			return nil, fmt.Errorf("document %s: %w", doc.ID, err)
		}
	}
	return out, nil
}
